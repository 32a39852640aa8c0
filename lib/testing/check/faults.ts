/** Promises that a cog didn't keep. */
import { DeadbeatError } from '../../errors/index.js'

/** A cog didn't keep a promise: the message says which, and how to see it again. */
export class CogCheckError extends DeadbeatError {
  /** Every fault of that run, the first that showed first. */
  readonly faults: readonly string[]
  readonly seed: number

  constructor(cog: string, faults: readonly string[], seed: number) {
    const more = faults.length > 1 ? `\n  ${faults.slice(1, 4).join('\n  ')}` : ''
    super(
      'ERR_COG_CHECK',
      `${cog} ${String(faults[0])} (seed ${seed}: repeat it with { seed: ${seed}, runs: 1 })${more}`,
    )
    this.faults = faults
    this.seed = seed
  }
}

/**
 * The faults of one run, each once.
 *
 * @example
 * const faults = new Faults()
 * faults.add('forgets')
 * faults.add('forgets')
 * assert.deepEqual(faults.list, ['forgets'])
 */
export class Faults {
  /** Nothing counts any more: the train is over. */
  isClosed = false
  readonly list: string[]

  constructor(list: string[] = []) {
    this.list = list
  }

  /** For one train of several: the same list, closed by itself. */
  branch(): Faults {
    return new Faults(this.list)
  }

  /** A sentence that begins with what the cog does. */
  add(fault: string): void {
    if (!this.isClosed && !this.list.includes(fault)) this.list.push(fault)
  }
}
