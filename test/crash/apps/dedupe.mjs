// Some lines are written twice: the second must be swallowed, also after a crash.
import { app } from 'deadbeat/app'
import { Dedupe, dedupeBaseConfig } from 'deadbeat/cogs/dedupe'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { commonConfig, parsedInput } from './parts.mjs'

export default app({
  name: 'crash-dedupe',
  config: { ...commonConfig, dedupe: dedupeBaseConfig, output: lineDrainBaseConfig },
  build(train, { dedupe, output, ...common }) {
    const once = new Dedupe(train, { ...dedupe, keyGetter: ({ s, n }) => `${s} ${n}` })
    parsedInput(train, common, once, new FormatJson(train), new LineDrain(train, output))
  },
})
