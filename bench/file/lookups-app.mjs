// The app of the file bench with one datum in a hundred looked up: a cog of its own asks a resolver that answers after
// up to 10 ms, and lets the others pass meanwhile.
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
  every: { doc: 'One datum in so many is looked up.', format: 'nat', min: 1, default: 100 },
  latencyMaxMs: { doc: 'After how many ms the resolver answers at most.', format: 'nat', default: 10 },
})

/** Looks names up out of order. The resolver is a stand-in that always finds the name that is there already. */
class LookUp extends Cog {
  ordered = false
  concurrencyMax = 10_000

  turn(data) {
    const { every, latencyMaxMs } = this.options
    if (data.id % every !== 0) return [data]
    return new Promise((resolve) => {
      this.train.esc.after((data.id / every) % latencyMaxMs, resolve, [{ ...data, host: data.host }])
    })
  }
}

export default app({
  name: 'lookups',
  doc: 'The file bench with asynchronous look-ups.',
  config: {
    input: fileWatcherBaseConfig,
    lookup: lookupBaseConfig,
    output: lineDrainBaseConfig,
    dead: lineDrainBaseConfig,
  },
  build(train, { input, lookup, output, dead }) {
    train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, dead))
    train.line(
      new FileWatcherSupply(train, input),
      new ParseJson(train),
      new Anonymise(train),
      new ParseTime(train, { formats: ['unix'], getter: itemGetter('ts'), setter: itemSetter('time') }),
      new LookUp(train, lookup),
      new Filter(train, { field: 'level', equals: 'info' }),
      new FormatJson(train),
      new LineDrain(train, output),
    )
  },
})
