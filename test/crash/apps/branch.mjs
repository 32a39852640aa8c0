// A fork: each line is written at once on one side, and after a look-up on the other.
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { LookUp, commonConfig, lookupBaseConfig, parsedInput } from './parts.mjs'

export default app({
  name: 'crash-branch',
  config: { ...commonConfig, lookup: lookupBaseConfig, output: lineDrainBaseConfig, side: lineDrainBaseConfig },
  build(train, { lookup, output, side, ...common }) {
    const atOnce = train.line(new FormatJson(train), new LineDrain(train, output))
    const later = train.line(new LookUp(train, lookup), new FormatJson(train), new LineDrain(train, side))
    parsedInput(train, common).to(atOnce, later)
  },
})
