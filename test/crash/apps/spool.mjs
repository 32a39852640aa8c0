// Into files that appear whole. What appeared can't be taken back, so that a crash may repeat some.
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { SpoolDrain, spoolDrainBaseConfig } from 'deadbeat/cogs/spool-drain'
import { commonConfig, parsedInput } from './parts.mjs'

export default app({
  name: 'crash-spool',
  config: { ...commonConfig, output: spoolDrainBaseConfig },
  build(train, { output, ...common }) {
    parsedInput(train, common, new FormatJson(train), new SpoolDrain(train, output))
  },
})
