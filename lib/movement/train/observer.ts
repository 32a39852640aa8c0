/**
 * Looking on while a train runs: what arrives at a place, and how long a datum takes there. The compiled engine knows of
 * neither. So while somebody looks, data run for a while through an engine of closures that tells, in the same journey,
 * and then through the fast one again: at most `DATA_MAX` data in each `SLOT_MS`, so that looking costs a busy train
 * little and a quiet one shows everything.
 */
import { performance } from 'node:perf_hooks'
import { linkClosures } from '../chain/chain-closures.js'
import type { Engine, Watching } from '../chain/engine.js'
import type { Place } from '../chain/place.js'
import type { Plan } from '../chain/plan.js'
import type { Journey } from '../life/journey.js'
import type { Binding, EventLoop } from '../loop/event-loop.js'

/** How many arrivals are told in each slot; beyond them the rest of it passes unseen. */
const DATA_MAX = 200
const SLOT_MS = 100
const NS_PER_MS = 1e6

/** What an observer needs. */
export interface ObserverContext {
  readonly plan: Plan
  readonly journey: Journey
  /** What everybody enters the train by: its ways are exchanged. */
  readonly engine: Engine
  readonly esc: EventLoop
}

/** Looks on at one train. */
export class Observer implements Watching {
  readonly asyncs: Engine['asyncs']
  readonly #context: ObserverContext
  readonly #fast: Engine
  readonly #taps = new Map<number, Set<(data: unknown) => void>>()
  readonly #spentMs: Float64Array
  readonly #counts: Float64Array
  /** The places that a datum is in, the innermost last. */
  readonly #stack: number[] = []
  #telling: Engine | null = null
  #lookers = 0
  #isOn = false
  #timer: Binding | null = null
  #lastMs = 0
  #slotMs = -Infinity
  #left = 0

  constructor(context: ObserverContext) {
    const { engine, plan } = context
    this.#context = context
    this.#fast = { ...engine }
    this.asyncs = engine.asyncs
    this.#spentMs = new Float64Array(plan.places.length)
    this.#counts = new Float64Array(plan.places.length)
  }

  /**
   * Hear the data that arrive at a place, by its number; of many, samples. What is heard is the datum itself: it may only
   * be read, and at once. Answers how to stop.
   */
  tap(place: number, hear: (data: unknown) => void): () => void {
    const taps = this.#taps.get(place) ?? new Set()
    this.#taps.set(place, taps.add(hear))
    const stop = this.measure()
    return () => {
      taps.delete(hear)
      stop()
    }
  }

  /** Measure what data take at each place. Answers how to stop. */
  measure(): () => void {
    if (++this.#lookers === 1) this.#on()
    let isLooking = true
    return () => {
      if (!isLooking) return
      isLooking = false
      if (--this.#lookers === 0) this.close()
    }
  }

  /** How long a datum takes at a place by itself, in ns: the mean of what was seen; 0 as long as nothing was. */
  nsAt(place: number): number {
    const count = this.#counts[place] ?? 0
    return count === 0 ? 0 : Math.round(((this.#spentMs[place] ?? 0) * NS_PER_MS) / count)
  }

  /** Look no more. */
  close(): void {
    if (this.#timer !== null) this.#context.esc.cancel(this.#timer)
    this.#timer = null
    this.#off()
  }

  around({ index }: Place, step: (data: unknown) => void): (data: unknown) => void {
    return (data) => {
      this.#enter(index)
      this.#counts[index] = (this.#counts[index] ?? 0) + 1
      this.#tell(index, data)
      step(data)
      this.#leave()
    }
  }

  batch<T extends readonly unknown[] | null>({ index }: Place, parse: () => T): T {
    this.#enter(index)
    const list = parse()
    this.#leave()
    this.#counts[index] = (this.#counts[index] ?? 0) + (list?.length ?? 0)
    return list
  }

  #tell(index: number, data: unknown): void {
    const taps = this.#taps.get(index)
    if (taps !== undefined) for (const hear of taps) hear(data)
    if (this.#lastMs - this.#slotMs > SLOT_MS) {
      this.#slotMs = this.#lastMs
      this.#left = DATA_MAX
    }
    if (--this.#left === 0) this.#rest()
    if (taps !== undefined) this.#lastMs = performance.now() // What the listeners took is not the cog's.
  }

  #enter(index: number): void {
    this.#book()
    this.#stack.push(index)
  }

  #leave(): void {
    this.#book()
    this.#stack.pop()
  }

  /** What has passed since the last look belongs to the innermost place. */
  #book(): void {
    const nowMs = performance.now()
    const at = this.#stack.at(-1)
    if (at !== undefined) this.#spentMs[at] = (this.#spentMs[at] ?? 0) + nowMs - this.#lastMs
    this.#lastMs = nowMs
  }

  /** Enough for this slot. */
  #rest(): void {
    this.#off()
    this.#timer ??= this.#context.esc.after(SLOT_MS, () => {
      this.#timer = null
      this.#on()
    })
  }

  #on(): void {
    const { plan, journey } = this.#context
    if (this.#isOn) return
    this.#isOn = true
    this.#enterBy((this.#telling ??= linkClosures(plan, journey, this)))
  }

  #off(): void {
    if (!this.#isOn) return
    this.#isOn = false
    this.#enterBy(this.#fast)
  }

  #enterBy(ways: Engine): void {
    const { plan, journey, engine } = this.#context
    Object.assign(engine, ways)
    journey.behind = ways.behind
    journey.settlement.drainsBehind = ways.drainsBehind ?? []
    plan.supplies.forEach((supply, i) => Object.assign(supply, ways.supplies[i]))
  }
}
