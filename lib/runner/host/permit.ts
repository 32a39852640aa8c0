/**
 * What lets a process run as a job: a permit of its node that is over when the node's hold on the job is, whatever the node
 * does by then. An app, which may have much to put in order, is asked to end before that where its node is silent. The
 * other side is `Native.obeyPermit`.
 */
import type { Duplex } from 'node:stream'
import type { Clock, Disarm } from '../../movement/index.js'

/** How often it is renewed, in ms. */
const BEAT_MS = 1000
/** How long an app goes on without a word of its node, in ms, if its hold isn't over before. */
const SILENCE_MS = 3000

/** The permit. */
export class Permit {
  readonly #socket: Duplex
  readonly #clock: Clock
  readonly #isAsked: boolean
  #untilMs = Infinity
  #hasLapsed = false
  #disarm: Disarm = () => undefined

  /** @param onStops told when an app ends because its node was silent; null: it isn't asked to, and ends with the hold. */
  constructor(socket: Duplex, clock: Clock, onStops: (() => void) | null) {
    this.#socket = socket
    this.#clock = clock
    this.#isAsked = onStops !== null
    if (onStops === null) socket.resume()
    else socket.once('data', onStops)
    socket.on('error', () => undefined) // The process has ended: its exit tells how.
  }

  /** Whether it was over for a while: the kernel has ended the process then, as its node was not there to renew it. */
  get hasLapsed(): boolean {
    return (this.#hasLapsed ||= this.#clock.now() >= this.#untilMs)
  }

  /** The hold is good for so long from now. */
  grant(forMs: number): void {
    this.#hasLapsed = this.hasLapsed
    this.#untilMs = this.#clock.now() + forMs
    this.#renew()
  }

  /** Renew it no more. */
  close(): void {
    this.#disarm()
    this.#socket.destroy()
  }

  #renew(): void {
    this.#disarm()
    const forMs = this.#untilMs - this.#clock.now()
    // A clock that all processes of a machine share, and that never jumps.
    const nowMs = Number(process.hrtime.bigint()) / 1e6
    const line = [this.#isAsked ? Math.min(SILENCE_MS, forMs) : forMs, forMs]
      .map((ms) => Math.floor(nowMs + ms))
      .join(' ')
    if (this.#socket.writable) this.#socket.write(`${line}\n`)
    if (this.#isAsked) this.#disarm = this.#clock.alarm(this.#clock.now() + BEAT_MS, () => this.#renew())
  }
}
