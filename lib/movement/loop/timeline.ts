/**
 * What is due: a pure ordered queue, by time, then by order of entry. No timers, no I/O.
 *
 * A hierarchical wheel. A time is a whole tick of 1 ms (its fraction counts inside the tick), written in base 1024:
 * three digits, so about twelve days, and beyond them one far list. An entry lies at the level of the highest digit in
 * which its tick differs from the tick that was reached, in the slot which that digit names. So everything at a level
 * comes before everything at the next one, to add and to cancel touch one list each, and an entry moves down at most
 * three times in its life. Lists keep the order of entry: an entry can reach a lower slot directly only after all of the
 * higher slot's have been moved there.
 */

/** What a timeline keeps of an entry, in the entry itself: nothing is allocated to add one. */
export interface Due<T> {
  /** When it is due, in ms. It must not change while the entry is in a timeline. */
  readonly timeMs: number
  /** The slot where it lies; -1 while it lies in none. The timeline's own, as the two below. */
  slot: number
  previous: T | null
  next: T | null
}

const DIGIT_BITS = 10
const LEVELS = 3
const SLOTS = 1 << DIGIT_BITS
const SPAN = 2 ** (DIGIT_BITS * LEVELS)
const FAR = LEVELS * SLOTS
const WORD_BITS = 5

/**
 * An ordered queue of what is due.
 *
 * @example
 * const entry = (timeMs) => ({ timeMs, slot: -1, previous: null, next: null })
 * const timeline = new Timeline(0)
 * for (const timeMs of [70, 5, 7e9]) timeline.add(entry(timeMs))
 * const taken = []
 * timeline.takeDue(100, ({ timeMs }) => taken.push(timeMs))
 * assert.deepEqual([taken, timeline.size, timeline.soonest()], [[5, 70], 1, 7e9])
 */
export class Timeline<T extends Due<T>> {
  readonly #originMs: number
  #reached = 0 // The tick up to which everything was taken.
  readonly #heads: (T | null)[] = new Array<T | null>(FAR + 1).fill(null)
  readonly #tails: (T | null)[] = new Array<T | null>(FAR + 1).fill(null)
  readonly #bounds = new Float64Array(FAR + 1).fill(Infinity) // No entry of the slot is due before.
  readonly #used = new Int32Array((FAR >> WORD_BITS) + 1) // A bit for each slot that has entries.
  readonly #words = new Int32Array(LEVELS + 1) // A bit for each word of those that has any.
  #size = 0

  /** `originMs` is the time at which it begins: what is due before is due at once. */
  constructor(originMs: number) {
    this.#originMs = Math.floor(originMs)
  }

  /** How many entries are in it. */
  get size(): number {
    return this.#size
  }

  /**
   * Put an entry in. One in the past is due at once.
   *
   * @throws {RangeError} If its time is not finite.
   */
  add(entry: T): void {
    if (!Number.isFinite(entry.timeMs)) throw new RangeError(`timeMs must be finite: it is ${entry.timeMs}`)
    this.#place(entry)
    this.#size += 1
  }

  /** Take an entry out. Answers whether it was in. */
  cancel(entry: T): boolean {
    if (entry.slot < 0) return false
    this.#unlink(entry)
    this.#size -= 1
    return true
  }

  /** A time before which nothing is due: that of the first entry, or less if one was cancelled; Infinity if empty. */
  soonest(): number {
    const slot = this.#firstSlot()
    return slot < 0 ? Infinity : Number(this.#bounds[slot])
  }

  /** Take out everything that is due at `nowMs`, in order. `take` must not change the timeline. */
  takeDue(nowMs: number, take: (entry: T) => void): void {
    const target = Math.floor(nowMs - this.#originMs)
    for (let slot = this.#firstSlot(); slot >= 0; slot = this.#firstSlot()) {
      const start = this.#startOf(slot)
      if (start > target) break
      if (start > this.#reached) this.#reached = start
      if (slot >= SLOTS) this.#spread(slot)
      else if (!this.#takeSlot(slot, nowMs, take)) break
    }
    if (target > this.#reached) this.#reached = target
  }

  /** Take out everything, due or not, in no particular order. */
  clear(drop: (entry: T) => void): void {
    for (let slot = this.#firstSlot(); slot >= 0; slot = this.#firstSlot()) {
      for (let entry = this.#empty(slot); entry !== null;) {
        const next = loosen(entry)
        this.#size -= 1
        drop(entry)
        entry = next
      }
    }
  }

  #place(entry: T): void {
    const tick = Math.max(Math.floor(entry.timeMs - this.#originMs), this.#reached)
    const slot = this.#slotOf(tick)
    const tail = this.#tails[slot] ?? null
    entry.slot = slot
    entry.previous = tail
    entry.next = null
    this.#tails[slot] = entry
    if (tail !== null) tail.next = entry
    else {
      this.#heads[slot] = entry
      this.#mark(slot)
    }
    if (entry.timeMs < Number(this.#bounds[slot])) this.#bounds[slot] = entry.timeMs
  }

  #mark(slot: number): void {
    const word = slot >> WORD_BITS
    this.#used[word] = Number(this.#used[word]) | bitOf(slot)
    this.#words[slot >> DIGIT_BITS] = Number(this.#words[slot >> DIGIT_BITS]) | bitOf(word)
  }

  #slotOf(tick: number): number {
    const span = Math.floor(tick / SPAN)
    if (span !== Math.floor(this.#reached / SPAN)) return FAR
    const low = tick - span * SPAN
    const differing = low ^ (this.#reached - span * SPAN)
    const level = differing === 0 ? 0 : Math.floor((31 - Math.clz32(differing)) / DIGIT_BITS)
    return level * SLOTS + ((low >>> (level * DIGIT_BITS)) & (SLOTS - 1))
  }

  #unlink(entry: T): void {
    const { slot, previous, next } = entry
    if (previous === null) this.#heads[slot] = next
    else previous.next = next
    if (next === null) this.#tails[slot] = previous
    else next.previous = previous
    loosen(entry)
    if (this.#heads[slot] === null) this.#empty(slot)
  }

  // Empties a slot and answers the first of the entries that it had, still linked.
  #empty(slot: number): T | null {
    const first = this.#heads[slot] ?? null
    this.#heads[slot] = null
    this.#tails[slot] = null
    this.#bounds[slot] = Infinity
    const word = slot >> WORD_BITS
    const left = (this.#used[word] = Number(this.#used[word]) & ~bitOf(slot))
    if (left === 0) this.#words[slot >> DIGIT_BITS] = Number(this.#words[slot >> DIGIT_BITS]) & ~bitOf(word)
    return first
  }

  // Whatever lies before the reached digit of a level was taken, so the lowest bit is the first slot.
  #firstSlot(): number {
    if (this.#size === 0) return -1
    for (let level = 0; level <= LEVELS; level++) {
      const words = Number(this.#words[level])
      if (words === 0) continue
      const word = level * (SLOTS >> WORD_BITS) + lowestBit(words)
      return (word << WORD_BITS) + lowestBit(Number(this.#used[word]))
    }
    return -1
  }

  // The first tick that a slot can hold.
  #startOf(slot: number): number {
    const span = Math.floor(this.#reached / SPAN) * SPAN
    if (slot === FAR) return Math.floor((Number(this.#bounds[FAR]) - this.#originMs) / SPAN) * SPAN
    const level = slot >> DIGIT_BITS
    const above = 2 ** ((level + 1) * DIGIT_BITS)
    const low = this.#reached - span
    return span + low - (low % above) + (slot & (SLOTS - 1)) * 2 ** (level * DIGIT_BITS)
  }

  // Places the entries of a slot anew, now that the reached tick has come to it: each goes to a lower level.
  #spread(slot: number): void {
    for (let entry = this.#empty(slot); entry !== null;) {
      const next = loosen(entry)
      this.#place(entry)
      entry = next
    }
  }

  // Takes what is due of a slot of one tick. Answers whether that was all of it.
  #takeSlot(slot: number, nowMs: number, take: (entry: T) => void): boolean {
    const due: T[] = []
    let isSorted = true
    let lastMs = -Infinity
    for (let entry = this.#empty(slot); entry !== null;) {
      const next = loosen(entry)
      if (entry.timeMs > nowMs) this.#place(entry)
      else {
        due.push(entry)
        isSorted &&= entry.timeMs >= lastMs
        lastMs = entry.timeMs
      }
      entry = next
    }
    this.#size -= due.length
    const ordered = isSorted ? due : inOrderOfTime(due)
    for (let i = 0; i < ordered.length; i++) take(ordered[i] as T)
    return this.#heads[slot] === null
  }
}

// The bit of a number within its word of 32.
function bitOf(number: number): number {
  return 1 << (number & 31)
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

// Cuts an entry out of its list and answers the one behind it.
function loosen<T extends Due<T>>(entry: T): T | null {
  const next = entry.next
  entry.slot = -1
  entry.previous = null
  entry.next = null
  return next
}

// By merging: equal times stay in order of entry. A tick may hold thousands, and sort() makes a call to compare two.
function inOrderOfTime<T extends Due<T>>(entries: T[]): T[] {
  const { length } = entries
  let from = entries
  let to = new Array<T>(length)
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(start + width, length)
      const end = Math.min(middle + width, length)
      let left = start
      let right = middle
      for (let i = start; i < end; i++) {
        const isLeft = right === end || (left < middle && (from[left] as T).timeMs <= (from[right] as T).timeMs)
        to[i] = (isLeft ? from[left++] : from[right++]) as T
      }
    }
    const merged = to
    to = from
    from = merged
  }
  return from
}
