/**
 * What is held in the train, and the limits that keep memory bounded: above them supplies pause, at half of them they
 * resume. Bundled events are not counted, so that a window larger than the limit can fill.
 */
import type { Sink } from '../cog/drain.js'
import type { Supply } from '../cog/supply.js'
import type { TextHold } from './text-hold.js'
import { Hold, Ticket, TicketEvent } from './ticket.js'

/** How much may be in flight. */
export interface Limits {
  /** Held events. */
  readonly inFlightMax: number
  /** Bytes of chunks of which something is held. */
  readonly inFlightBytesMax: number
}

/** The list of live holds, and whether there is room for more. */
export class InFlight {
  count = 0
  bytes = 0
  /** Whether the supplies were asked to wait. */
  paused = false
  /** Whether they have to, however much room there is. */
  isBarred = false
  /** Takes what a supply threw when it was asked. */
  onError: (error: unknown) => void = (error) => {
    throw error
  }
  /** Texts whose lines are held, the oldest first. */
  readonly texts = new Set<TextHold>()
  #isClosed = false
  readonly #limits: Limits
  readonly #supplies: readonly Supply<unknown>[]
  readonly #drains: readonly Sink<never>[]
  readonly #held = new Map<Ticket, number>()
  readonly #list: Hold

  constructor(limits: Limits, supplies: readonly Supply<unknown>[], drains: readonly Sink<never>[]) {
    this.#limits = limits
    this.#supplies = supplies
    this.#drains = drains
    this.#list = new Hold(new TicketEvent(new Ticket(null, null, 0, 0), 0), -1, null)
    this.#list.next = this.#list.previous = this.#list
  }

  add(hold: Hold): void {
    const list = this.#list
    const last = list.previous as Hold
    hold.previous = last
    hold.next = list
    last.next = hold
    list.previous = hold
    this.count++
    this.#occupy(hold.event.up)
  }

  addText(hold: TextHold): void {
    this.texts.add(hold)
    this.count += hold.count
    this.#occupy(hold.ticket)
  }

  removeText(hold: TextHold): void {
    this.texts.delete(hold)
    this.count -= hold.count
    this.#leave(hold.ticket)
  }

  remove(hold: Hold): void {
    ;(hold.previous as Hold).next = hold.next
    ;(hold.next as Hold).previous = hold.previous
    hold.previous = hold.next = null
    this.count--
    this.#leave(hold.event.up)
  }

  /** Every live hold, the oldest first. */
  *holds(): Generator<Hold> {
    for (let hold = this.#list.next as Hold; hold !== this.#list; hold = hold.next as Hold) yield hold
  }

  /** Ask the supplies to wait, or to go on. */
  check(): void {
    if (this.#isClosed) return
    if (this.paused) {
      if (!this.#hasRoom()) return
      this.paused = false
      for (const supply of this.#supplies) {
        this.#attempt(() => supply.resume())
        if (this.paused as boolean) return // It has filled the train at once: the others wait on.
      }
    } else if (this.#isFull()) {
      this.paused = true
      for (const supply of this.#supplies) this.#attempt(() => supply.pause())
    }
  }

  /** The supplies have finished: never ask them again. */
  close(): void {
    this.#isClosed = true
  }

  #occupy(up: Ticket): void {
    if (up.bytes === 0) return
    const held = this.#held.get(up) ?? 0
    if (held === 0) this.bytes += up.bytes
    this.#held.set(up, held + 1)
  }

  #leave(up: Ticket): void {
    if (up.bytes === 0) return
    const held = (this.#held.get(up) as number) - 1
    if (held > 0) {
      this.#held.set(up, held)
      return
    }
    this.#held.delete(up)
    this.bytes -= up.bytes
  }

  #attempt(ask: () => void): void {
    try {
      ask()
    } catch (error) {
      this.onError(error)
    }
  }

  #isFull(): boolean {
    const { inFlightMax, inFlightBytesMax } = this.#limits
    return this.isBarred || this.count >= inFlightMax || this.bytes >= inFlightBytesMax || this.#isADrainFull()
  }

  #hasRoom(): boolean {
    const { inFlightMax, inFlightBytesMax } = this.#limits
    if (this.isBarred) return false
    return this.count * 2 <= inFlightMax && this.bytes * 2 <= inFlightBytesMax && !this.#isADrainFull()
  }

  #isADrainFull(): boolean {
    for (let i = 0; i < this.#drains.length; i++) if ((this.#drains[i] as Sink<never>).full()) return true
    return false
  }
}
