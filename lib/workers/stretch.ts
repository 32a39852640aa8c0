/** A stretch of a train in a worker thread: a small train of its own, between two messages. */
import { DeadbeatError, describeValue, toError } from '../errors/index.js'
import {
  Drain,
  Escapement,
  Supply,
  Train,
  silentLogger,
  type DeadLetter,
  type Logger,
  type Ticket,
} from '../movement/index.js'
import {
  formOf,
  type ErrorForm,
  type FromWorker,
  type LogForm,
  type Outcome,
  type ToWorker,
  type Work,
  type WorkerData,
} from './messages.js'
import { Packing, unpack, type Packed } from './packing.js'
import { Slot, isSpan } from './slot.js'

/** Of a long text so much is worked on at once, about, so that all of it stays in the processor's cache. */
const PIECE_BYTES = 65_536

/** The worker's end of the line to its crew. */
export interface Port {
  postMessage(message: FromWorker): void
  on(event: 'message', listener: (message: ToWorker) => void): unknown
  close(): void
}

/** Work that is under way, and what came of it so far. */
interface Task {
  readonly number: number
  /** Where a text that came of it may lie. */
  readonly slot: Slot | null
  readonly packing: Packing
  readonly failures: Map<number, ErrorForm>
}

/**
 * Run the stretch that a module composes until there is no more work.
 *
 * @throws {DeadbeatError} If the module exports no such function, or it composes what can't run in a worker.
 */
export async function runStretch(port: Port, data: WorkerData): Promise<void> {
  const train = new Train(new Escapement(), {
    name: 'worker',
    log: forwardingTo(port),
    onError: 'divert',
    idPrefix: 'w',
  })
  const stages = await compose(train, data)
  const outbox = new Outbox(port)
  const supply = new WorkSupply(train, { outbox })
  const line = train.line as unknown as (...stages: unknown[]) => unknown
  line(supply, ...stages, new OutcomeDrain(train))
  train.deadLettersTo((letter: DeadLetter) => {
    const { origin, k } = whereIn(train)
    if (!origin.failures.has(k)) origin.failures.set(k, formOf(letter.error.cause, letter.cog))
    return null
  })
  port.on('message', (message) => {
    if ('end' in message) supply.close()
    else outbox.together(() => supply.takeAll(message.work, message.memory))
  })
  await train.run({ signals: false, onStarted: () => port.postMessage({ ready: true }) })
  port.close()
}

async function compose(train: Train, { module, export: name, settings }: WorkerData): Promise<readonly object[]> {
  const exported = ((await import(module)) as Record<string, unknown>)[name]
  if (typeof exported !== 'function')
    throw problem(`${module} must export a function \`${name}\` that composes cogs: it is ${describeValue(exported)}`)
  const stages: unknown = await (exported as (train: Train, settings: unknown) => unknown)(train, settings)
  if (!Array.isArray(stages) || stages.length === 0)
    throw problem(`\`${name}\` of ${module} must give a list of cogs: it gave ${describeValue(stages)}`)
  const remembering = (stages as object[]).find(
    (stage) => typeof (stage as { snapshot?: unknown }).snapshot === 'function',
  )
  if (remembering === undefined) return stages as object[]
  throw problem(
    `${remembering.constructor.name} remembers something from datum to datum, and in a worker would see only some of them: ` +
      'let it stand before or behind the stretch',
  )
}

function problem(message: string): DeadbeatError {
  return new DeadbeatError('ERR_STRETCH', message)
}

/** The task and the number within it that the present passage belongs to. */
function whereIn({ journey }: Train): { origin: Task; k: number } {
  const { ticket, k } = journey ?? { ticket: null, k: 0 }
  if (ticket === null || ticket.owner === null)
    throw problem(
      'several data became one in a worker, which sees only some of them: let that be done behind the stretch',
    )
  return { origin: ticket.origin as Task, k }
}

/** Supplies the data of messages. */
class WorkSupply extends Supply<unknown, { readonly outbox: Outbox }, Task> {
  start(): void {
    // It waits for messages.
  }

  finish(): void {
    // Nothing is bound.
  }

  takeAll(work: readonly Work[], memory: SharedArrayBuffer | null): void {
    const slot = memory === null ? null : Slot.of(memory)
    for (const { number, data } of work) {
      const parts = isSpan(data) ? (slot as Slot).pieces(data, PIECE_BYTES) : [data]
      this.take(parts, { number, slot, packing: new Packing(), failures: new Map() })
    }
  }

  private take(parts: Iterable<Packed | Buffer>, task: Task): void {
    const ticket = this.open(task, 0)
    this.begin(ticket)
    for (const data of parts) {
      if (Buffer.isBuffer(data)) this.linesOf({ raw: () => data, text: () => data.toString() })
      else if (typeof data === 'string') this.lines(data)
      else for (const datum of data) this.put(datum)
    }
    this.end(ticket)
  }

  close(): void {
    this.train.ended()
  }

  override acknowledge({ origin }: Ticket<Task>): void {
    this.options.outbox.post(origin)
  }
}

/** Keeps what comes out with the work that it came of. */
class OutcomeDrain extends Drain<unknown, { readonly train: Train }> {
  flushed = 0

  constructor(train: Train) {
    super(train, { train })
  }

  take(data: unknown): void {
    const { origin, k } = whereIn(this.options.train)
    origin.packing.add(data, k)
    this.flushed++
  }

  position(): number {
    return this.flushed
  }
}

/** An outcome that lies in no slot. */
type PackedOutcome = Outcome & { readonly data: Packed }

/** Posts outcomes, those of one message together. */
class Outbox {
  readonly #port: Port
  #waiting: Outcome[] | null = null

  constructor(port: Port) {
    this.#port = port
  }

  together(work: () => void): void {
    const outcomes: Outcome[] = (this.#waiting = [])
    work()
    this.#waiting = null
    if (outcomes.length > 0) this.#send(outcomes)
  }

  post({ number, slot, packing, failures }: Task): void {
    const whole = { number, ...packing.taken(), failures: [...failures].sort(([a], [b]) => a - b) }
    const { data, ...rest } = withoutFailed(whole)
    const outcome = { ...rest, data: typeof data === 'string' ? (slot?.write(data) ?? data) : data }
    if (this.#waiting === null) this.#send([outcome])
    else this.#waiting.push(outcome)
  }

  #send(outcomes: readonly Outcome[]): void {
    try {
      this.#port.postMessage({ outcomes })
    } catch {
      // Something of it can't be cloned: what can goes on.
      this.#port.postMessage({ outcomes: outcomes.map(withoutUncloneable) })
    }
  }
}

/** A datum that failed fails as a whole. */
function withoutFailed(outcome: PackedOutcome): PackedOutcome {
  const { number, data, ks, failures } = outcome
  if (failures.length === 0 || ks.length === 0) return outcome
  const failed = new Set(failures.map(([k]) => k))
  const packing = new Packing()
  unpack(data).forEach((datum, i) => {
    const k = ks[i] as number
    if (!failed.has(k)) packing.add(datum, k)
  })
  return { number, ...packing.taken(), failures }
}

function withoutUncloneable({ number, data, ks, failures }: Outcome): Outcome {
  if (!Array.isArray(data)) return { number, data, ks, failures }
  const found = new Map(failures)
  data.forEach((datum, i) => {
    try {
      structuredClone(datum)
    } catch (error) {
      const k = ks[i] as number
      if (!found.has(k)) found.set(k, formOf(toError(error), 'what came of it must be cloneable'))
    }
  })
  return withoutFailed({ number, data, ks, failures: [...found].sort(([a], [b]) => a - b) })
}

/** What cogs log goes to the log of the train that the crew belongs to. What their own train says it will say itself. */
function forwardingTo(port: Port): Logger {
  const forwarding = (bindings: Readonly<Record<string, unknown>>): Logger => {
    const at =
      (level: LogForm['level']) =>
      (first: object | string, message?: string): void => {
        const fields = typeof first === 'string' ? bindings : { ...bindings, ...first }
        const text = typeof first === 'string' ? first : (message ?? '')
        port.postMessage({ log: { level, fields: plain(fields), message: text } })
      }
    return {
      ...{ trace: at('trace'), debug: at('debug'), info: at('info') },
      ...{ warn: at('warn'), error: at('error'), fatal: at('fatal') },
      child: (more) => forwarding({ ...bindings, ...more }),
    }
  }
  return { ...silentLogger, child: forwarding }
}

function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? describeValue(value) : value
  return value instanceof Error ? (value.stack ?? value.message) : describeValue(value)
}
