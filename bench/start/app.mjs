// A small app as users write them: a file is followed, its lines are parsed, filtered and written.
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { Filter } from 'deadbeat/cogs/filter'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson } from 'deadbeat/cogs/parse-json'

export default app({
  name: 'start',
  doc: 'The app of the start bench.',
  config: { input: fileWatcherBaseConfig, output: lineDrainBaseConfig },
  build(train, { input, output }) {
    train.line(
      new FileWatcherSupply(train, input),
      new ParseJson(train),
      new Filter(train, { field: 'level', equals: 'info' }),
      new FormatJson(train),
      new LineDrain(train, output),
    )
  },
})
