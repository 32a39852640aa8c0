// The main job: read JSON lines, cut each `ip` to its network, set `time` from `ts`, keep level "info", write JSON lines.
import { formatDeadLetter, itemGetter, one } from 'deadbeat'
import { app } from 'deadbeat/app'
import { Anonymise, anonymiseBaseConfig } from 'deadbeat/cogs/anonymise'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { Filter } from 'deadbeat/cogs/filter'
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
  doc: 'Read JSON lines, cut each ip to its network, set time from ts, keep level "info", write JSON lines.',
  config: {
    input: fileWatcherBaseConfig,
    anonymise: anonymiseBaseConfig,
    output: lineDrainBaseConfig,
    dead: lineDrainBaseConfig,
  },
  build(train, cfg) {
    train.line(
      new FileWatcherSupply(train, cfg.input),
      new ParseJson<Entry>(train),
      new Anonymise<Entry>(train, cfg.anonymise),
      new ParseTime<Entry>(train, { formats: ['unix'], getter: itemGetter('ts') }),
      new Filter<Entry>(train, { getter: itemGetter('level'), equals: 'info' }),
      new FormatJson<Entry>(train),
      new LineDrain(train, cfg.output),
    )
    train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, cfg.dead))
  },
})
