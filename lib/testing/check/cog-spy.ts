/**
 * What stands between a cog and its train in a check: it passes every call on, keeps books of its own, and sees what the
 * train can't: that data were returned and are held as well, that a hold was given back twice (even if the cog catches
 * the error), what is still bound at the end.
 */
import type { Bundle, TrainForCogs } from '../../movement/cog/cog.js'
import type { TextHold, TextOutcome } from '../../movement/life/text-hold.js'
import type { Hold } from '../../movement/life/ticket.js'
import type { EventLoop } from '../../movement/loop/event-loop.js'
import type { Logger } from '../../movement/logger.js'
import type { Faults } from './faults.js'
import { LoopSpy } from './loop-spy.js'
import { Tally } from './tally.js'

/** What a cog keeps of the datum whose turn it is. */
interface Own {
  /** Holds by hold(), and data added to bundles: there may be one, and nothing may be returned then. */
  kept: number
}

/** One cog's train in a check. */
export class CogSpy implements TrainForCogs {
  readonly tally = new Tally()
  /** How many gathered data of an earlier run it said it has. */
  restored = 0
  /** Whether its turns are seen, so that the tally is true. */
  isWatching = false
  readonly loop: LoopSpy
  readonly #seat: TrainForCogs
  readonly #real: EventLoop
  readonly #faults: Faults
  /** Called when something was given back. */
  readonly #onBack: () => void
  readonly #holds = new WeakSet<Hold>()
  #own: Own | null = null

  constructor(seat: TrainForCogs, faults: Faults, onBack: () => void) {
    this.#seat = seat
    this.#real = seat.esc
    this.loop = new LoopSpy(seat.esc)
    this.#faults = faults
    this.#onBack = onBack
  }

  /** Once the cog has finished, its train gives it another loop. */
  get esc(): EventLoop {
    const { esc } = this.#seat
    return esc === this.#real ? this.loop : esc
  }

  get log(): Logger {
    return this.#seat.log
  }

  get isContinued(): boolean {
    return this.#seat.isContinued
  }

  id(): string {
    return this.#seat.id()
  }

  hold<In>(data: In): Hold<In> {
    const hold = this.#keep(this.#seat.hold(data))
    if (this.#own !== null) this.#own.kept++
    return hold
  }

  share<In>(data: In): Hold<In> {
    return this.#keep(this.#seat.share(data))
  }

  resume(hold: Hold, data: Iterable<unknown> | null): void {
    if (this.#takesBack(hold, 'resume()')) this.tally.resumed(data)
    this.#seat.resume(hold, data)
    this.#onBack()
  }

  reject(hold: Hold, error: unknown): void {
    if (this.#takesBack(hold, 'reject()')) this.tally.rejected()
    this.#seat.reject(hold, error)
    this.#onBack()
  }

  holdText(lines: number, text: () => string): TextHold {
    this.tally.in += lines
    this.tally.held += lines
    return this.#seat.holdText(lines, text)
  }

  resumeText(hold: TextHold, { data, ks, failures }: TextOutcome): void {
    const given = typeof data === 'string' || Buffer.isBuffer(data) ? data : [...data]
    if (hold.place < 0) this.#faults.add('gives a text back twice')
    else this.tally.textGaveBack(hold.count, ks, failures.length)
    this.#seat.resumeText(hold, { data: given, ks, failures })
    this.#onBack()
  }

  fail(error: Error): void {
    this.#seat.fail(error)
  }

  merge(holds: readonly Hold[], data: unknown): void {
    const areOwn = holds.filter((hold) => this.#takesBack(hold, 'merge()'))
    if (new Set(areOwn).size < areOwn.length) this.#faults.add(`gives a hold back twice, in one list for merge()`)
    else if (areOwn.length === holds.length) this.tally.becameOne(holds.length, data)
    this.#seat.merge(holds, data)
    this.#onBack()
  }

  bundle(restored = 0): Bundle {
    this.tally.gathered(restored)
    this.tally.in += restored
    this.restored += restored
    return new BundleSpy(this.#seat.bundle(restored), {
      added: () => {
        this.tally.gathered(1)
        if (this.#own !== null) this.#own.kept++
      },
      shared: () => this.tally.gathered(1),
      given: (size, data) => this.tally.becameOne(size, data),
      rejected: (size) => this.tally.failedAsOne(size),
      done: this.#onBack,
    })
  }

  notify(name: string, ...args: unknown[]): void {
    this.#seat.notify(name, ...args)
  }

  /** See each turn of a cog that may hold. */
  watch(cog: { turn(data: unknown): unknown }): void {
    this.isWatching = true
    const turn = cog.turn.bind(cog)
    const value = (data: unknown): unknown => this.#turn(() => turn(data))
    Object.defineProperty(cog, 'turn', { value, writable: true, configurable: true })
  }

  #turn(turn: () => unknown): unknown {
    const own: Own = { kept: 0 }
    this.#own = own
    this.tally.in++
    let result: unknown
    try {
      result = turn()
    } catch (error) {
      this.tally.failed()
      if (own.kept > 0) this.#faults.add('throws in a turn in which it holds the datum: it would fail and be held')
      throw error
    } finally {
      this.#own = null
    }
    const count = this.tally.returned(result, own.kept > 0)
    if (count > 0 && own.kept > 0) {
      this.#faults.add('returns data in a turn and holds the same datum without share()')
    } else if (own.kept > 1) this.#faults.add('holds one datum twice in a turn without share()')
    return result
  }

  #keep<In>(hold: Hold<In>): Hold<In> {
    this.#holds.add(hold)
    this.tally.held++
    return hold
  }

  #takesBack(hold: Hold, by: string): boolean {
    if (!this.#holds.has(hold)) this.#faults.add(`gives back a hold that isn't its own, with ${by}`)
    else if (hold.place < 0) this.#faults.add(`gives a hold back twice, the second time with ${by}`)
    else return true
    return false
  }
}

/** Who hears what becomes of a bundle. */
interface BundleEars {
  added(): void
  shared(): void
  given(size: number, data: unknown): void
  rejected(size: number): void
  done(): void
}

class BundleSpy implements Bundle {
  readonly #bundle: Bundle
  readonly #ears: BundleEars

  constructor(bundle: Bundle, ears: BundleEars) {
    this.#bundle = bundle
    this.#ears = ears
  }

  get size(): number {
    return this.#bundle.size
  }

  add(): void {
    this.#bundle.add()
    this.#ears.added()
  }

  share(): void {
    this.#bundle.share()
    this.#ears.shared()
  }

  join(other: BundleSpy): void {
    this.#bundle.join(other.#bundle)
  }

  keep(): void {
    this.#bundle.keep()
  }

  give(data: unknown): void {
    const { size } = this.#bundle
    if (size > 0) this.#ears.given(size, data)
    this.#bundle.give(data)
    this.#ears.done()
  }

  reject(error: unknown, data: unknown): void {
    const { size } = this.#bundle
    if (size > 0) this.#ears.rejected(size)
    this.#bundle.reject(error, data)
    this.#ears.done()
  }
}
