// What the apps of the crash test have in common.
import { Cog, formatDeadLetter, insert, one } from 'deadbeat'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson } from 'deadbeat/cogs/parse-json'

const suppliesBaseConfig = insert({
  each: { doc: 'Whether each file has a supply of its own.', default: false },
})

const brakeBaseConfig = insert({
  every: { doc: 'Behind how many data it stands still; 0: never.', format: 'nat', default: 0 },
  ms: { doc: 'For how long.', format: 'nat', default: 1 },
})

export const lookupBaseConfig = insert({
  share: { doc: 'How many of a hundred are looked up.', format: 'nat', default: 100 },
  delayMaxMs: { doc: 'Within which time the answer comes.', format: 'nat', default: 20 },
  ordered: { doc: 'Whether the order is kept.', default: false },
})

/** The sections that every app has. */
export const commonConfig = {
  input: fileWatcherBaseConfig,
  supplies: suppliesBaseConfig,
  brake: brakeBaseConfig,
  dead: lineDrainBaseConfig,
}

/** A cog that keeps the whole process busy, as hard work or a slow machine does. */
class Brake extends Cog {
  #cell = new Int32Array(new SharedArrayBuffer(4))
  #count = 0

  turn(data) {
    const { every, ms } = this.options
    if (every > 0 && ++this.#count % every === 0) Atomics.wait(this.#cell, 0, 0, ms)
    return [data]
  }
}

/** A cog that asks somebody who takes his time, and who refuses what is marked. */
export class LookUp extends Cog {
  concurrencyMax = 1000
  ordered

  constructor(train, options) {
    super(train, options)
    this.ordered = options.ordered
  }

  turn(data) {
    const { share, delayMaxMs } = this.options
    if (data.n % 100 >= share) return answer(data)
    return new Promise((resolve) => {
      this.train.esc.after(Math.random() * delayMaxMs, resolve, null)
    }).then(() => answer(data))
  }
}

function answer(data) {
  if (data.r !== undefined) throw new Error('the look-up must find a line that is not marked: r is set')
  return [data]
}

/** The lines that the input has, parsed; what is no JSON goes to the dead letters. Answers the line behind, still open. */
export function parsedInput(train, { input, supplies, brake, dead }, ...stages) {
  train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, dead))
  const head = [new ParseJson(train), new Brake(train, brake), ...stages]
  if (!supplies.each) return train.line(new FileWatcherSupply(train, input), ...head)
  const line = train.line(...head)
  for (const filename of input.filenames)
    train.line(new FileWatcherSupply(train, { ...input, filenames: [filename] })).to(line)
  return line
}
