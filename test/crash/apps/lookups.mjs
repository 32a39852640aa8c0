// Look-ups hold lines up, some fail, and many are under way at any moment.
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { LookUp, commonConfig, lookupBaseConfig, parsedInput } from './parts.mjs'

export default app({
  name: 'crash-lookups',
  config: { ...commonConfig, lookup: lookupBaseConfig, output: lineDrainBaseConfig },
  build(train, { lookup, output, ...common }) {
    const stages = [new LookUp(train, lookup), new FormatJson(train), new LineDrain(train, output)]
    parsedInput(train, common, ...stages)
  },
})
