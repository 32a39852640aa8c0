/** What an attempt writes to its log: gathered, and kept in kv piece by piece as long as the attempt owns its job. */
import { toError } from '../../errors/index.js'
import type { Backend, Transaction } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import type { JobId } from '../job/job-id.js'
import type { Keys } from '../keys.js'
import type { Fence } from './fence.js'

/** A line of a log. */
export interface LogLine {
  /** UNIX seconds. */
  readonly time: number
  readonly level: string
  readonly text: string
}

/** Where the log of an attempt goes. */
export interface AttemptLogOptions {
  readonly fence: Pick<Fence, 'write'>
  readonly clock: Clock
  readonly log: Logger
  /** The key of a piece. */
  readonly pathOf: (piece: number) => string
  /** How long lines wait for others. */
  readonly flushMs: number
  /** How much of them goes at once at most, in characters. */
  readonly pieceChars: number
}

/** The log of an attempt that runs. */
export class AttemptLog {
  readonly #options: AttemptLogOptions
  #lines: LogLine[] = []
  #chars = 0
  #pieces = 0
  #disarm: Disarm | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(options: AttemptLogOptions) {
    this.#options = options
  }

  /** How many pieces there are in kv. */
  get pieces(): number {
    return this.#pieces
  }

  append(level: string, text: string): void {
    const { clock, flushMs, pieceChars } = this.#options
    this.#lines.push({ time: clock.wall() / 1000, level, text })
    this.#chars += text.length
    if (this.#chars >= pieceChars) void this.flush()
    else this.#disarm ??= clock.alarm(clock.now() + flushMs, () => void this.flush())
  }

  /** Write what has been gathered. It resolves when everything is written that can be. */
  flush(): Promise<void> {
    this.#disarm?.()
    this.#disarm = null
    const lines = this.#lines
    this.#lines = []
    this.#chars = 0
    if (lines.length > 0) this.#writing = this.#writing.then(() => this.#write(lines))
    return this.#writing
  }

  async #write(lines: readonly LogLine[]): Promise<void> {
    const { fence, log, pathOf } = this.#options
    const path = pathOf(this.#pieces)
    const put = (txn: Transaction): Promise<void> => txn.put(path, JSON.stringify(lines), { lease: null })
    try {
      await fence.write(put)
      this.#pieces += 1
    } catch (error) {
      log.warn({ err: error }, `${lines.length} lines of a job's log are lost: ${toError(error).message}`)
    }
  }
}

/** The log of an attempt, as far as it is written. */
export async function readLog(kv: Backend, keys: Keys, id: JobId, node: string, attempt: number): Promise<LogLine[]> {
  const lines: LogLine[] = []
  for (let piece = 0; ; piece++) {
    const [text] = await kv.get(keys.log(id, node, attempt, piece))
    if (text === null) return lines
    lines.push(...(JSON.parse(text) as LogLine[]))
  }
}

/** The lines of an attempt that runs, as they come; it ends when the attempt has. */
export async function* followLog(
  kv: Backend,
  keys: Keys,
  id: JobId,
  node: string,
  attempt: number,
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<LogLine, void> {
  const over = keys.attempt(id, node, attempt)
  for (let piece = 0; ; piece++) {
    const path = keys.log(id, node, attempt, piece)
    const text = await nextPiece(kv, path, over, signal)
    if (text === null) return
    yield* JSON.parse(text) as LogLine[]
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
