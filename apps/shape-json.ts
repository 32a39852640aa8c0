// Read JSON lines, keep those of level "info", cut each `ip` to its network, set `time` from `ts`, write JSON lines.
import { itemGetter, keepIf } from 'deadbeat'
import { app } from 'deadbeat/app'
import { Anonymise, anonymiseBaseConfig } from 'deadbeat/cogs/anonymise'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson } from 'deadbeat/cogs/parse-json'
import { ParseTime } from 'deadbeat/cogs/parse-time'

interface Entry {
  ip: string
  ts: number
  level: string
  time?: string
}

export default app({
  name: 'shape-json',
  doc: 'Read JSON lines, keep those of level "info", cut each ip to its network, set time from ts, write JSON lines.',
  config: { input: fileWatcherBaseConfig, anonymise: anonymiseBaseConfig, output: lineDrainBaseConfig },
  build(train, cfg) {
    train.line(
      new FileWatcherSupply(train, cfg.input),
      new ParseJson<Entry>(train),
      keepIf((entry: Entry) => entry.level === 'info'),
      new Anonymise<Entry>(train, cfg.anonymise),
      new ParseTime<Entry>(train, { formats: ['unix'], getter: itemGetter('ts') }),
      new FormatJson<Entry>(train),
      new LineDrain(train, cfg.output),
    )
  },
})
