/** What outlives the crashes of a train in memory: its input, its outputs and its record, each written for good or not. */
import { Cog, Drain, Supply, type Json, type Ticket, type Turn, type Winder } from '../../../lib/movement/index.js'
import type { Checkpoints } from '../../../lib/movement/cut/record.js'
import type { Random } from '../random-train/random.js'

/** One datum: the number it came as, and which part of it this is. */
export interface Numbered {
  n: number
  part: string
}

/** What one process can be killed of: everything that it wanted to do later comes to nothing. */
export interface Life {
  isOver: boolean
}

/** The record, as a file that is replaced at once, some time after it was asked for. */
export class MemoryCheckpoints implements Checkpoints {
  readonly name = 'memory'
  record: string | null = null
  stores = 0
  life: Life = { isOver: false }

  load(): Json {
    return this.record === null ? null : (JSON.parse(this.record) as Json)
  }

  async store(text: string): Promise<void> {
    const { life } = this
    for (let turn = this.stores++ % 3; turn > 0; turn--) await Promise.resolve()
    if (life.isOver) {
      await new Promise(() => undefined)
      return
    }
    this.record = text
  }

  async clear(): Promise<void> {
    await Promise.resolve()
    this.record = null
  }

  close(): void {
    // Nothing is open.
  }
}

/** Supplies the numbers from 0 to below `count` in chunks, and any of them again. */
export class NumberSupply extends Supply<Numbered, { count: number; whenResumed?: number }, number> {
  override readonly isBatch = true
  next = 0

  override mark(): Json {
    return this.next
  }

  override continueFrom(mark: Json): void {
    this.next = mark as number
  }

  override originMark(origin: number): Json {
    return origin
  }

  override supplyAgain(origin: Json, ks: readonly number[]): void | Promise<void> {
    const first = origin as number
    const last = ks.at(-1) as number
    const ticket = this.open(first, 0)
    this.begin(ticket)
    for (let k = 0; k <= last; k++) {
      if (ks.includes(k)) this.put({ n: first + k, part: '' })
      else this.skip()
    }
    this.end(ticket)
  }

  /** Supply some more. Answers whether there was anything. */
  push(size: number): boolean {
    const end = Math.min(this.next + size, this.options.count)
    if (this.paused || this.next === end) return false
    const ticket: Ticket<number> = this.open(this.next, end - this.next)
    const from = this.next
    this.next = end // What is put below belongs to what this run has put, if it is asked between passages.
    this.begin(ticket)
    for (let n = from; n < end; n++) this.put({ n, part: '' })
    this.end(ticket)
    return true
  }

  /** Some go on within the call, as a file's does. */
  override resume(): void {
    super.resume()
    this.push(this.options.whenResumed ?? 0)
  }

  endIt(): void {
    this.train.ended()
  }

  start(): void {
    // It waits to be pushed.
  }

  finish(): void {
    // Nothing is bound.
  }
}

/** How a drain writes. */
interface Writing {
  /** Up to how many data wait to be written. */
  readonly max?: number
  /** Whether a seal makes it write at once, as a file's does. */
  readonly isEager?: boolean
}

/** Appends to a list that outlives it; what it has taken is written when it is told. */
export class ListDrain<T> extends Drain<T, Writing> {
  flushed = 0
  readonly #file: unknown[]
  readonly #life: Life
  #buffer: T[] = []
  #taken = 0
  #seals: [number, number, (mark: Json) => void][] = []

  constructor(train: Winder, file: unknown[], life: Life, writing: Writing = {}) {
    super(train, writing)
    this.#file = file
    this.#life = life
  }

  take(data: T): void {
    this.#buffer.push(data)
    this.#taken++
  }

  position(): number {
    return this.#taken
  }

  override full(): boolean {
    return this.#buffer.length >= (this.options.max ?? Infinity)
  }

  override seal(then: (mark: Json) => void): void {
    const length = this.#file.length + this.#buffer.length
    if (this.flushed === this.#taken) then(length)
    else this.#seals.push([this.#taken, length, then])
    if (this.options.isEager === true) this.write(Infinity)
  }

  cutBack(mark: Json): void {
    this.#file.length = mark as number
  }

  /** Write up to so many data. */
  write(count: number): void {
    if (this.#life.isOver) return
    const written = this.#buffer.splice(0, count)
    this.#file.push(...written)
    this.flushed += written.length
    for (let seal = this.#seals[0]; seal !== undefined && seal[0] <= this.flushed; seal = this.#seals[0]) {
      this.#seals.shift()
      seal[2](seal[1])
    }
    this.train.flushed(this)
  }

  start(): void {
    // The list is always there.
  }

  finish(): void {
    this.write(Infinity)
  }
}

type Gathered = ReturnType<Cog<unknown>['train']['bundle']>

/** Gathers a few into one, without a memory of its own that outlives a crash. */
export class Gather extends Cog<Numbered, Numbered[], { size: number }> {
  list: Numbered[] = []
  bundle: Gathered | null = null

  turn(data: Numbered): Turn<Numbered[]> {
    this.bundle ??= this.train.bundle()
    this.bundle.add()
    this.list.push(data)
    if (this.list.length === this.options.size) this.finish()
    return null
  }

  override finish(): void {
    const { list } = this
    this.list = []
    this.bundle?.give(list.length === 0 ? null : list)
  }
}

/** The same, with a snapshot. */
export class Recall extends Gather {
  override snapshot(): Json {
    return this.list.map(({ n, part }) => ({ n, part }))
  }

  override restore(json: Json): void {
    this.list = json as unknown as Numbered[]
    this.bundle = this.train.bundle(this.list.length)
  }
}

/** A promise that is kept when the test says so, unless its process has died. */
export class Later {
  readonly #open: (() => void)[] = []
  readonly #random: Random
  readonly #life: Life

  constructor(random: Random, life: Life) {
    this.#random = random
    this.#life = life
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#open.push(resolve))
  }

  /** Keep some of what is open, in any order. Answers whether anything was. */
  keep(count: number): boolean {
    if (this.#life.isOver || this.#open.length === 0) return false
    for (let i = 0; i < count && this.#open.length > 0; i++) {
      this.#open.splice(this.#random.below(this.#open.length), 1)[0]?.()
    }
    return true
  }
}
