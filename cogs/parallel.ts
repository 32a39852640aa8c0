import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from '../lib/files/package-root.js'
import {
  Cog,
  describeValue,
  insert,
  requireAtLeast,
  type Hold,
  type Settings,
  type TextHold,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { Crew, type JobOutcome } from '../lib/workers/crew.js'
import { Job } from '../lib/workers/job.js'
import { errorOf } from '../lib/workers/messages.js'
import { pack, unpack, type Packed } from '../lib/workers/packing.js'

/** Configuration insert: what an operator may set. */
export const parallelBaseConfig = insert({
  workers: { doc: 'How many worker threads there are.', format: 'nat', min: 1, default: 2 },
  ordered: { doc: 'Whether data leave in the order in which they came.', format: 'boolean', default: true },
  batchMax: {
    doc: 'Of data that come one by one, how many go to a worker together, at most.',
    format: 'nat',
    min: 1,
    default: 500,
    live: true,
  },
  heapBytesMax: {
    doc: 'How much memory JavaScript may use in each worker; null: as much as Node allows.',
    format: 'size',
    min: 16_777_216,
    default: null,
  },
  taskTimeoutMs: {
    doc: 'After how long without an answer a worker that has work is taken for stuck, and replaced; null: never.',
    format: 'duration',
    min: 1,
    default: null,
  },
})

/** The operator's settings, all with defaults, and the stretch. */
export interface ParallelOptions extends Partial<Settings<typeof parallelBaseConfig>> {
  /** The module that composes the stretch: `new URL('./work.ts', import.meta.url)`, or an absolute path. */
  readonly module: URL | string
  /** What it exports: `(train, settings) => [cogs]`. By default its default. */
  readonly export?: string
  /** What that function gets besides its train; it must be cloneable. */
  readonly settings?: unknown
}

const LINE_FEED = 10

type Resolved = Settings<typeof parallelBaseConfig> & {
  readonly module: string
  readonly export: string
  readonly settings: unknown
}

/** Data that went to workers together, and what came of them so far. */
interface Batch {
  /** The lines of a text, or each datum by itself. */
  readonly held: TextHold | readonly Hold[]
  /** All of it, as it was handed to the crew. */
  job: Job<Batch> | null
  /** How many of them are still under way. */
  left: number
  /** What came of its parts; those that were given up are failures. */
  readonly parts: { readonly from: number; readonly outcome: Result }[]
}

interface Result {
  readonly data: Packed | Buffer
  readonly ks: ArrayLike<number>
  readonly failures: readonly (readonly [k: number, error: unknown])[]
}

/**
 * Let a stretch of the train run in worker threads, so that it uses more than one core.
 *
 * In: any data that can be cloned; lines cost least, and directly behind a supply of lines whole chunks go over. Out: what
 * the stretch gives, cloned, in the order in which the data came (`ordered`). The stretch is what a module composes, as
 * functions can't cross from one thread to another; each worker makes its own. Its cogs may be asynchronous, but remember
 * nothing from datum to datum.
 *
 * A datum that fails there fails here, as a whole, and the train's policy counts. What is in a worker is held: it counts
 * as in flight, and after a crash of the process it is supplied again. When a worker dies, or
 * gives no answer for too long (`taskTimeoutMs`), what it had is done again by a new one, and what kills it twice fails.
 *
 * @throws {RangeError} If a limit is too low.
 * @throws {TypeError} If `module` is neither a URL nor an absolute path.
 * @throws {DeadbeatError} At the start: if the module exports no such function, or composes what can't run in a worker.
 * @example
 * const parallel = new Parallel(train, { module: new URL('file:///opt/app/work.js'), workers: 4 })
 * assert.equal(String(parallel).startsWith('Parallel(workers=4, ordered=true'), true)
 */
export class Parallel<In = unknown, Out = unknown> extends Cog<In, Out, Resolved> {
  static readonly baseConfig = parallelBaseConfig
  private readonly crew: Crew<Batch>
  /** Batches that are under way, the oldest first. */
  private readonly batches: Batch[] = []
  /** Data that came one by one and wait for the end of the tick. */
  private holds: Hold<In>[] = []
  private isGiving = false

  constructor(train: Winder, { module, export: name = 'default', settings = null, ...options }: ParallelOptions) {
    const defaults = { workers: 2, ordered: true, batchMax: 500, heapBytesMax: null, taskTimeoutMs: null }
    super(train, { ...defaults, ...options, module: urlOf(module), export: name, settings })
    requireAtLeast(1, this.options, 'workers', 'batchMax')
    const { workers, heapBytesMax, taskTimeoutMs } = this.options
    if (heapBytesMax !== null) requireAtLeast(16_777_216, { heapBytesMax }, 'heapBytesMax')
    if (taskTimeoutMs !== null) requireAtLeast(1, { taskTimeoutMs }, 'taskTimeoutMs')
    this.crew = new Crew({
      script: new URL('dist/lib/app/worker.js', packageRoot()),
      data: { module: this.options.module, export: name, settings },
      ...{ workers, heapBytesMax, timeoutMs: taskTimeoutMs },
      after: (ms, then) => {
        const timer = this.train.esc.after(ms, then)
        return () => this.train.esc.cancel(timer)
      },
      onOutcome: (job, outcome) => this.take(job, partOf(outcome)),
      onFailed: (job, error) => this.take(job, failedPart(job.count, error)),
      onLog: ({ level, fields, message }) => this.train.log[level](fields, message),
      onBroken: (error) => this.train.fail(error),
    })
  }

  override start(): Promise<void> {
    return this.crew.start()
  }

  turn(data: In): Turn<Out> {
    if (this.holds.push(this.train.hold(data)) >= this.options.batchMax) this.sendHolds()
    else if (this.holds.length === 1) this.train.esc.enqueue(this.sendHolds)
    return null
  }

  /** A whole chunk of lines is held as one. */
  takeText(text: string): number {
    return this.takeLines(text, countLines(text))
  }

  takeBytes(bytes: Buffer): number {
    return this.takeLines(bytes, countLines(bytes))
  }

  override finish(): Promise<void> {
    this.sendHolds()
    return this.crew.end()
  }

  override done(): void {
    this.crew.close()
  }

  private readonly sendHolds = (): void => {
    const { holds } = this
    if (holds.length === 0) return
    this.holds = []
    this.train.esc.dequeue(this.sendHolds)
    this.send(this.begin(holds, holds.length), holds.length, pack(holds.map(({ data }) => data)))
  }

  private takeLines(text: string | Buffer, lines: number): number {
    this.sendHolds() // What came before goes before.
    const batch = this.begin(
      this.train.holdText(lines, () => String(batch.job?.data)),
      lines,
    )
    this.send(batch, lines, text)
    return lines
  }

  private begin(held: Batch['held'], count: number): Batch {
    const batch: Batch = { held, job: null, left: count, parts: [] }
    this.batches.push(batch)
    return batch
  }

  private send(batch: Batch, count: number, data: Packed | Buffer): void {
    batch.job = new Job(batch, data, count)
    this.crew.send(batch.job)
  }

  private take(job: Job<Batch>, outcome: Result): void {
    const { owner: batch, from, count } = job
    const isPart = job !== batch.job
    batch.parts.push({ from, outcome: isPart ? lasting(outcome) : outcome })
    if (isPart) this.crew.letGo(job)
    batch.left -= count
    if (batch.left > 0) return
    if (!this.options.ordered) {
      this.batches.splice(this.batches.indexOf(batch), 1)
      this.give(batch)
    } else if (!this.isGiving) this.giveInOrder()
  }

  private giveInOrder(): void {
    this.isGiving = true // What goes on may bring more, behind it.
    for (let [batch] = this.batches; batch?.left === 0; [batch] = this.batches) {
      this.batches.shift()
      this.give(batch)
    }
    this.isGiving = false
  }

  private give({ held, job, parts }: Batch): void {
    const result = joined(parts)
    if (Array.isArray(held)) this.giveEach(held as readonly Hold[], result)
    else this.train.resumeText(held as TextHold, result)
    if (job !== null) this.crew.letGo(job)
  }

  private giveEach(holds: readonly Hold[], { data, ks, failures }: Result): void {
    const failed = new Map(failures)
    const list = listOf(data, ks)
    let at = 0
    holds.forEach((hold, k) => {
      const from = at
      while (ks[at] === k) at++
      if (failed.has(k)) this.train.reject(hold, failed.get(k))
      else this.train.resume(hold, at === from ? null : list.slice(from, at))
    })
  }
}

function urlOf(module: URL | string): string {
  if (module instanceof URL || Object.prototype.toString.call(module) === '[object URL]') return String(module)
  if (typeof module === 'string' && isAbsolute(module)) return pathToFileURL(module).href
  if (typeof module === 'string' && module.startsWith('file:')) return module
  const rule = "a URL (new URL('./work.js', import.meta.url)) or an absolute path"
  throw new TypeError(`module must be ${rule}: it is ${describeValue(module)}`)
}

function partOf({ data, ks, failures }: JobOutcome): Result {
  return { data, ks, failures: failures.map(([k, form]) => [k, errorOf(form)]) }
}

function failedPart(count: number, error: Error): Result {
  return { data: [], ks: [], failures: Array.from({ length: count }, (_, k) => [k, error]) }
}

/** The same, good for as long as it is needed. */
function lasting(outcome: Result): Result {
  return Buffer.isBuffer(outcome.data) ? { ...outcome, data: String(outcome.data) } : outcome
}

function listOf(data: Result['data'], ks: ArrayLike<number>): readonly unknown[] {
  return ks.length === 0 ? [] : unpack(Buffer.isBuffer(data) ? String(data) : data)
}

/** The parts of a batch as one, in the order of what they came of. */
function joined(parts: Batch['parts']): Result {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first.outcome
  const inOrder = [...parts].sort((a, b) => a.from - b.from)
  return {
    data: inOrder.flatMap(({ outcome }) => listOf(outcome.data, outcome.ks)),
    ks: inOrder.flatMap(({ from, outcome }) => Array.from(outcome.ks, (k) => from + k)),
    failures: inOrder.flatMap(({ from, outcome }) => outcome.failures.map(([k, error]) => [from + k, error] as const)),
  }
}

function countLines(text: string | Buffer): number {
  let lines = 1
  if (typeof text === 'string') for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  else for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) lines++
  return lines
}
