/** What is to be saved: together, a moment after it changed, and again if it failed. */
import { toError } from '../../errors/index.js'
import type { Binding, EventLoop } from '../../movement/index.js'
import type { Logger } from '../../movement/logger.js'
import { Backoff } from '../../net/backoff.js'
import type { Persistence } from './persistence.js'

/** When it is saved. */
export interface SaveTimes {
  /** How long it is waited, after a change, for more of them; 1000 if it isn't given. */
  readonly saveMs?: number
  /** How long a change waits at most while others keep coming; 10 times that if it isn't given. */
  readonly saveMaxMs?: number
  /** After how long a save that failed is tried again, twice as long each time; 1000 if it isn't given. */
  readonly retryMs?: number
  /** Above what that doesn't grow; 60000 if it isn't given. */
  readonly retryMaxMs?: number
  /** How long the last save may be tried when all is to end; 5000 if it isn't given. */
  readonly stopMs?: number
}

/** What a queue works with. */
export interface SaveQueueOptions extends SaveTimes {
  readonly persistence: Persistence
  readonly esc: EventLoop
  readonly log: Logger
  /** The text that a key has now; null if it has none that can be saved. */
  readonly textOf: (key: string) => string | null
}

/** How the saving is getting on. */
export interface SaveState {
  /** Where values are kept. */
  readonly name: string
  /** How many keys have values that are not saved yet. */
  readonly unsaved: number
  /** When the last save ended well, in seconds since the Unix epoch; null: none has. */
  readonly savedTime: number | null
  /** What keeps values from being saved; null: nothing. */
  readonly trouble: string | null
}

const SAVE_MS = 1000
const WAITS_MAX = 10
const RETRY_MS = 1000
const RETRY_MAX_MS = 60_000
const STOP_MS = 5000
const MS_PER_S = 1000

/**
 * The keys whose values are to be saved. One save runs at a time, with all that changed until it began.
 *
 * @example
 * const memory = new PersistMemory().of({ store: 'lamp', alias: 'main', uuid: '6f1c' })
 * const queue = new SaveQueue({ persistence: memory, esc: new Escapement(), log: silentLogger, textOf: () => '5' })
 * queue.changed('level')
 * await queue.close()
 * assert.deepEqual([...(await memory.load())], [['level', '5']])
 */
export class SaveQueue {
  readonly #options: Required<SaveQueueOptions>
  readonly #backoff: Backoff
  readonly #dirty = new Set<string>()
  #inFlight: ReadonlySet<string> = new Set()
  #saving: Promise<void> | null = null
  #next: Promise<void> | null = null
  #timer: Binding | null = null
  /** When what changed first can't wait any longer. */
  #dueMs = 0
  #savedTime: number | null = null
  #trouble: string | null = null
  #ended = (): void => undefined

  constructor({ saveMs = SAVE_MS, ...options }: SaveQueueOptions) {
    this.#options = {
      ...{ saveMs, saveMaxMs: saveMs * WAITS_MAX, retryMs: RETRY_MS, retryMaxMs: RETRY_MAX_MS, stopMs: STOP_MS },
      ...options,
    }
    this.#backoff = new Backoff(this.#options)
  }

  /** How it is getting on. */
  get state(): SaveState {
    const { name } = this.#options.persistence
    return { name, unsaved: this.#unsaved.length, savedTime: this.#savedTime, trouble: this.#trouble }
  }

  /** A key has another value. */
  changed(key: string): void {
    if (this.#dirty.size === 0) this.#dueMs = this.#options.esc.now() + this.#options.saveMaxMs
    this.#dirty.add(key)
    if (this.#saving === null && this.#trouble === null) this.#arm()
  }

  /**
   * Wait until the value that a key has now is saved: at once, with whatever else is to be saved.
   *
   * @throws {Error} What the save failed with. It is tried again all the same.
   */
  async saved(key: string): Promise<void> {
    if (this.#dirty.has(key)) await this.#save()
    else if (this.#inFlight.has(key)) await this.#saving
  }

  /** Save now what is not saved. It never fails: what can't be saved is tried again. */
  async flush(): Promise<void> {
    await (this.#dirty.size > 0 ? this.#save() : this.#saving)?.catch(() => undefined) // Told, and in `trouble`.
  }

  /** Save what is not saved, and let go of the place. It never fails: what could not be saved is told. */
  async close(): Promise<void> {
    const { esc, persistence, stopMs, log } = this.#options
    this.#backoff.reset()
    if (this.#unsaved.length > 0) {
      await new Promise<void>((resolve) => {
        const late = esc.after(stopMs, resolve)
        this.#ended = () => {
          esc.cancel(late)
          resolve()
        }
        void this.flush()
      })
    }
    this.#disarm()
    const keys = this.#unsaved
    const why = this.#trouble ?? `it takes longer than stopMs (${stopMs} ms)`
    if (keys.length > 0) log.error({ keys }, `the last values were not saved in ${persistence.name}: ${why}`)
    await persistence.close()
  }

  get #unsaved(): string[] {
    return [...new Set([...this.#dirty, ...this.#inFlight])]
  }

  #arm(): void {
    const { esc, saveMs } = this.#options
    this.#disarm()
    this.#timer = esc.at(Math.min(esc.now() + saveMs, this.#dueMs), () => void this.flush())
  }

  #disarm(): void {
    if (this.#timer !== null) this.#options.esc.cancel(this.#timer)
    this.#timer = null
  }

  #save(): Promise<void> {
    if (this.#saving === null) return this.#begin()
    this.#next ??= this.#saving
      .catch(() => undefined) // Told to those who wait for it.
      .then(() => {
        this.#next = null
        return this.#begin()
      })
    return this.#next
  }

  #begin(): Promise<void> {
    this.#disarm()
    this.#inFlight = new Set(this.#dirty)
    this.#dirty.clear()
    this.#saving = this.#attempt()
    return this.#saving
  }

  async #attempt(): Promise<void> {
    try {
      const { persistence, textOf } = this.#options
      const texts = [...this.#inFlight].map((key) => [key, textOf(key)] as const)
      const changes = new Map(texts.filter((entry): entry is readonly [string, string] => entry[1] !== null))
      if (changes.size > 0) await persistence.save(changes)
      this.#succeeded()
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  #succeeded(): void {
    const { esc, persistence, log } = this.#options
    this.#rest()
    this.#backoff.reset()
    this.#savedTime = esc.wall() / MS_PER_S
    if (this.#trouble !== null) log.info(`changed values are saved in ${persistence.name} again`)
    this.#trouble = null
    if (this.#dirty.size > 0) this.#arm()
    else this.#ended()
  }

  #failed(error: unknown): void {
    const { esc, persistence, log } = this.#options
    for (const key of this.#inFlight) this.#dirty.add(key)
    this.#rest()
    const advice = 'it is tried again, and nothing else is kept up by it'
    if (this.#trouble === null) log.warn({ err: error }, `could not save values in ${persistence.name}: ${advice}`)
    this.#trouble = toError(error).message
    this.#timer = esc.after(this.#backoff.nextMs(), () => void this.flush())
  }

  #rest(): void {
    this.#inFlight = new Set()
    this.#saving = null
  }
}
