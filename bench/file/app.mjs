// The app of the file bench: the steps in the order of the scripts that it is compared with, and dead letters on.
import { Cog, formatDeadLetter, insert, itemGetter, itemSetter, one } from 'deadbeat'
import { app } from 'deadbeat/app'
import { Anonymise } from 'deadbeat/cogs/anonymise'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { Filter } from 'deadbeat/cogs/filter'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson } from 'deadbeat/cogs/parse-json'
import { ParseTime } from 'deadbeat/cogs/parse-time'

const lookupBaseConfig = insert({
  every: { doc: 'One datum in so many is looked up; 0: none, and without the cog.', format: 'nat', default: 0 },
  latencyMaxMs: { doc: 'Before how many ms the resolver answers.', format: 'nat', min: 1, default: 10 },
})

/** Looks names up out of order. The resolver is a stand-in that always finds the name that is there already. */
class LookUp extends Cog {
  ordered = false
  concurrencyMax = 10_000

  turn(data) {
    const { every, latencyMaxMs } = this.options
    if (data.id % every !== 0) return [data]
    return new Promise((resolve) => {
      this.train.esc.after(1 + ((data.id / every) % latencyMaxMs), resolve, [data])
    })
  }
}

export default app({
  name: 'file-bench',
  doc: 'The app of the file bench.',
  config: {
    input: fileWatcherBaseConfig,
    lookup: lookupBaseConfig,
    output: lineDrainBaseConfig,
    dead: lineDrainBaseConfig,
  },
  build(train, { input, lookup, output, dead }) {
    const stages = [
      new FileWatcherSupply(train, input),
      new ParseJson(train),
      new Anonymise(train),
      new ParseTime(train, { formats: ['unix'], getter: itemGetter('ts'), setter: itemSetter('time') }),
      ...(lookup.every > 0 ? [new LookUp(train, lookup)] : []),
      new Filter(train, { field: 'level', equals: 'info' }),
      new FormatJson(train),
      new LineDrain(train, output),
    ]
    train.line(...stages)
    train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, dead))
  },
})
