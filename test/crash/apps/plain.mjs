// From files to a file, with nothing in between that could hold a line up.
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { commonConfig, parsedInput } from './parts.mjs'

export default app({
  name: 'crash-plain',
  config: { ...commonConfig, output: lineDrainBaseConfig },
  build(train, { output, ...common }) {
    parsedInput(train, common, new FormatJson(train), new LineDrain(train, output))
  },
})
