/**
 * What lets an app run as a job: a permit that its node renews as long as it is awake, and that is over when the node's
 * hold on the job is, whatever the node does by then. The other side is `Native.obeyPermit`.
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
  #untilMs = Infinity
  #hasLapsed = false
  #disarm: Disarm = () => undefined

  /** @param onStops told when the app ends because it wasn't renewed. */
  constructor(socket: Duplex, clock: Clock, onStops: () => void) {
    this.#socket = socket
    this.#clock = clock
    socket.once('data', onStops)
    socket.on('error', () => undefined) // The app has ended: its exit tells how.
  }

  /** Whether it was over for a while: the app was ended by the kernel then, as its node was not there to renew it. */
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
    const line = [Math.min(SILENCE_MS, forMs), forMs].map((ms) => Math.floor(nowMs + ms)).join(' ')
    if (this.#socket.writable) this.#socket.write(`${line}\n`)
    this.#disarm = this.#clock.alarm(this.#clock.now() + BEAT_MS, () => this.#renew())
  }
}
