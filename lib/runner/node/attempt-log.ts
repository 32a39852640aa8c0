/** What an attempt writes to its log: gathered, and kept in kv piece by piece as long as the attempt owns its job. */
import { codeOf, toError } from '../../errors/index.js'
import type { Backend, Transaction } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import type { JobId } from '../job/job-id.js'
import type { Keys } from '../keys.js'
import type { Fence } from './fence.js'
import { isAway, whileAway } from './patience.js'
import { objectOf, readStoredList, spoilt, TEXT, TIME } from './stored.js'

/** A line of a log. */
export interface LogLine {
  /** UNIX seconds. */
  readonly time: number
  readonly level: string
  readonly text: string
}

/** Where the log of an attempt goes. */
export interface AttemptLogOptions {
  readonly fence: Pick<Fence, 'write' | 'holds'>
  readonly clock: Clock
  readonly log: Logger
  /** The key of a piece. */
  readonly pathOf: (piece: number) => string
  /** How long lines wait for others. */
  readonly flushMs: number
  /** How much of them goes at once at most, in characters. */
  readonly pieceChars: number
  /** How much of them waits for a store that is away, in characters; what comes then is dropped, and a line says how much. */
  readonly waitingChars: number
}

/** How something is written for the attempt. */
export type Writer = (body: (txn: Transaction) => Promise<void>) => Promise<unknown>

/** What a line takes besides its text: its time, its level, and what keeps them apart. */
const LINE_CHARS = 64

/** The log of an attempt that runs. */
export class AttemptLog {
  readonly #options: AttemptLogOptions
  #lines: LogLine[] = []
  #chars = 0
  #dropped = 0
  #pieces = 0
  /** How many lines were written or given up, and how many are to be. */
  #over = 0
  #asked = 0
  #disarm: Disarm | null = null
  #writing: Promise<void> | null = null

  constructor(options: AttemptLogOptions) {
    this.#options = options
  }

  /** How many pieces there are in kv. */
  get pieces(): number {
    return this.#pieces
  }

  append(level: string, text: string): void {
    const { clock, flushMs, pieceChars, waitingChars } = this.#options
    if (this.#lines.length > 0 && this.#chars + sizeOf(text) > waitingChars) {
      this.#dropped += 1
      return
    }
    this.#tellDropped()
    this.#add(level, text)
    if (this.#chars >= pieceChars) void this.flush()
    else this.#disarm ??= clock.alarm(clock.now() + flushMs, () => void this.flush())
  }

  /**
   * Write what has been gathered. While the store is away it is kept, as long as the job is the attempt's. It resolves
   * when everything is written that can be.
   */
  flush(): Promise<void> {
    const { clock, fence } = this.#options
    this.#disarm?.()
    this.#disarm = null
    this.#asked = this.#over + this.#lines.length
    const write: Writer = (body) =>
      whileAway(
        clock,
        () => fence.holds,
        () => fence.write(body),
      )
    if (this.#over < this.#asked) this.#writing ??= this.#write(write).catch(() => undefined) // It waits for the last word.
    return this.#writing ?? Promise.resolve()
  }

  /**
   * Write what is left in another way: the last words of an attempt whose hold may be over.
   *
   * @throws what the writer throws, but for what it refuses for good.
   */
  async finish(write: Writer): Promise<void> {
    await this.#writing
    this.#tellDropped()
    this.#asked = this.#over + this.#lines.length
    await this.#write(write)
  }

  /** Nothing more can be written: say in the node's own log what was not. */
  abandon(why: string): void {
    const lost = this.#lines.length + this.#dropped
    if (lost > 0) this.#options.log.warn(`${lost} lines of a job's log are lost: ${why}`)
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return
    this.#add('warn', `${this.#dropped} lines were dropped here: the store was away for too long, or refused them`)
    this.#dropped = 0
  }

  #add(level: string, text: string): void {
    this.#lines.push({ time: this.#options.clock.wall() / 1000, level, text })
    this.#chars += sizeOf(text)
  }

  async #write(write: Writer): Promise<void> {
    try {
      while (this.#over < this.#asked) await this.#writePiece(write)
    } finally {
      this.#writing = null
    }
  }

  async #writePiece(write: Writer): Promise<void> {
    const lines = this.#nextPiece()
    const path = this.#options.pathOf(this.#pieces)
    try {
      await write((txn) => txn.put(path, JSON.stringify(lines), { lease: null }))
      this.#pieces += 1
    } catch (error) {
      if (isAway(error) || codeOf(error) === 'ERR_FENCED' || codeOf(error) === 'ERR_CLOSED') throw error
      this.#options.log.warn({ err: error }, `${lines.length} lines of a job's log are lost: ${toError(error).message}`)
      this.#dropped += lines.length
    }
    this.#lines.splice(0, lines.length)
    for (const { text } of lines) this.#chars -= sizeOf(text)
    this.#over += lines.length
  }

  #nextPiece(): readonly LogLine[] {
    const { pieceChars } = this.#options
    let [count, chars] = [0, 0]
    while (count < this.#asked - this.#over && chars < pieceChars)
      chars += sizeOf((this.#lines[count++] as LogLine).text)
    return this.#lines.slice(0, count)
  }
}

function sizeOf(text: string): number {
  return text.length + LINE_CHARS
}

const LINE = objectOf({ time: TIME, level: TEXT, text: TEXT })

/** How a log is read. */
export interface ReadLogOptions {
  /** Told of what can't be used of it; whoever reads goes on without that. */
  readonly onSpoilt?: (error: Error) => void
}

/** The lines of a piece that can be used. */
function linesOf(path: string, text: string, { onSpoilt = () => undefined }: ReadLogOptions): readonly LogLine[] {
  const what = `a piece of a log, ${path},`
  try {
    const { good, bad } = readStoredList(what, text, LINE)
    if (bad > 0) onSpoilt(spoilt(what, `${bad} of its lines are none`))
    return good as unknown as LogLine[]
  } catch (error) {
    onSpoilt(toError(error))
    return []
  }
}

/** The log of an attempt, as far as it is written. */
export async function readLog(
  kv: Backend,
  keys: Keys,
  id: JobId,
  node: string,
  attempt: number,
  options: ReadLogOptions = {},
): Promise<LogLine[]> {
  const lines: LogLine[] = []
  for (let piece = 0; ; piece++) {
    const path = keys.log(id, node, attempt, piece)
    const [text] = await kv.get(path)
    if (text === null) return lines
    lines.push(...linesOf(path, text, options))
  }
}

/** The lines of an attempt that runs, as they come; it ends when the attempt has. */
export async function* followLog(
  kv: Backend,
  keys: Keys,
  id: JobId,
  node: string,
  attempt: number,
  { signal, ...options }: ReadLogOptions & { readonly signal?: AbortSignal } = {},
): AsyncGenerator<LogLine, void> {
  const over = keys.attempt(id, node, attempt)
  for (let piece = 0; ; piece++) {
    const path = keys.log(id, node, attempt, piece)
    const text = await nextPiece(kv, path, over, signal)
    if (text === null) return
    yield* linesOf(path, text, options)
  }
}

/** A piece once it is there; null: the attempt is over, and there is none. */
async function nextPiece(kv: Backend, path: string, over: string, signal?: AbortSignal): Promise<string | null> {
  const options = signal === undefined ? {} : { signal }
  for await (const watcher of kv.watcher(options)) {
    const [text, end] = await watcher.transact(async (txn) => [await txn.get(path), await txn.get(over)] as const)
    if (text !== null) return text
    if (end !== null) return null
  }
  return null
}
