/** checkCog: the book-keeping of a cog, proved in many short lives of trains. */
import { requireAtLeast } from '../errors/index.js'
import { Escapement } from '../movement/loop/escapement.js'
import { CheckTrain } from './check/check-train.js'
import { CheckClock } from './check/clock.js'
import { copyOf } from './check/copy.js'
import { CogCheckError, Faults } from './check/faults.js'
import { Random } from './check/random.js'
import { makeStages, nameOf, type Abilities, type MakeCog } from './check/stages.js'
import { tryOnce, type Way } from './check/trial.js'
import { World } from './check/world.js'

/** How a cog is checked. */
export interface CheckCogOptions<In, Out> {
  /** The first seed; 1 if it isn't given. A fault names the seed that shows it. */
  readonly seed?: number
  /** How many seeds are tried; 24 if it isn't given, enough for each way of running to be among them. */
  readonly runs?: number
  /**
   * Whether an output can have come of an input. Objects and their copies are followed without it; where data are texts
   * or numbers only this can tell that one event goes on as another.
   */
  readonly cameOf?: (output: Out, input: In) => boolean
  /** How long the cog may wait for others, such as a server, when its clock has nothing more: real time, in ms; 0. */
  readonly waitMs?: number
}

/** What was seen, so that a test can say that anything happened. */
export interface CogReport {
  readonly runs: number
  /** Data that came out, and data that failed, of all runs. */
  readonly out: number
  readonly failed: number
}

/**
 * Prove the book-keeping of a cog, or of a list of stages.
 *
 * It is led through trains of its own, compiled and as closures, with and without anybody who listens to the ends of
 * events, in chunks of random length on a manual clock: to the end of the data, to a stop in their midst and, if it has
 * `snapshot()`, through a check-point in their midst. Promises of asynchronous cogs are kept in random order. Then
 *
 * - its accounts are true at every moment: they balance, and agree with what arrives, leaves, fails and is held;
 * - what it returns it doesn't hold as well, but by `share()`; no hold is given back twice or kept after `finish()`;
 * - each event ends once, when all that came of it is written; what goes on as an event came of it;
 * - nothing is bound after `finish()`, and the train comes to its end in time;
 * - a restored snapshot changes nothing of the result, and `batch()` gives what `turn()` gives.
 *
 * @param make Makes a fresh cog in the train that it is given. What it waits for may be a promise of `world.later()`.
 * @param data The inputs, which are copied for each run; a function makes those that can't be.
 * @throws {CogCheckError} `ERR_COG_CHECK`: the message says which promise was broken, and the seed that shows it again.
 * @throws {RangeError} If `runs` is below 1.
 * @throws {TypeError} If data can't be copied.
 * @throws {DeadbeatError} If `make` gives something else.
 * @example
 * const report = await checkCog((train) => new Dedupe(train, { keyGetter: (n) => n, windowMs: 1000 }), [1, 2, 1, 3, 1, 2])
 * assert.equal(report.out > 0, true)
 * class Forgetful extends Cog {
 *   turn(data) {
 *     this.train.hold(data)
 *     return null
 *   }
 * }
 * await assert.rejects(checkCog((train) => new Forgetful(train, {}), [1, 2]), /Forgetful still holds 2 data after its finish/)
 */
export async function checkCog<In = unknown, Out = unknown>(
  make: MakeCog,
  data: readonly In[] | (() => readonly In[]),
  options: CheckCogOptions<In, Out> = {},
): Promise<CogReport> {
  const { seed = 1, runs = 24, cameOf = null, waitMs = 0 } = options
  requireAtLeast(1, { runs }, 'runs')
  const inputs = typeof data === 'function' ? data : () => data.map((datum) => copyOf(datum))
  const { name, ways } = examine(make, inputs())
  let out = 0
  let failed = 0
  for (let n = seed; n < seed + runs; n++) {
    const faults = new Faults()
    const bits = Math.floor(n / ways.length)
    const { outputs, failures } = await tryOnce(
      {
        ...{ make, data: inputs, waitMs, seed: n, way: ways[n % ways.length] as Way },
        cameOf: cameOf as ((output: unknown, input: unknown) => boolean) | null,
        isCompiled: (bits & 1) === 0,
        isListening: (bits & 2) === 0,
      },
      faults,
    )
    if (faults.list.length > 0) throw new CogCheckError(name, faults.list, n)
    out += outputs.length
    failed += failures.length
  }
  return { runs, out, failed }
}

/** What the cog is called, and what it can be led through. */
function examine(make: MakeCog, inputs: readonly unknown[]): { name: string; ways: readonly Way[] } {
  const train = new CheckTrain(new Escapement({ clock: new CheckClock() }), {}, new Faults())
  const stages = makeStages(make, train, new World(new Random(0)))
  const abilities = stages as readonly Abilities[]
  const ways: Way[] = ['to its end', 'to a stop']
  if (abilities.some((stage) => 'snapshot' in stage || 'restore' in stage)) ways.push('through a check-point')
  const areLines = inputs.every((input) => typeof input === 'string' && !input.includes('\n'))
  if (areLines && takesTexts(abilities[0])) ways.push('in lines and in texts')
  return { name: stages.map((stage) => nameOf(stage)).join(', '), ways }
}

function takesTexts({ batch, batchBytes, takeText, takeBytes }: Abilities = {}): boolean {
  return [batch, batchBytes, takeText, takeBytes].some((form) => typeof form === 'function')
}
