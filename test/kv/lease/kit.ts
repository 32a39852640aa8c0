/** A store in memory, a clock that stands, and keep-alives that can be made to fail or to get no answer. */
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { UnavailableError } from '../../../lib/kv/errors.js'
import { LeaseKeeper } from '../../../lib/kv/lease/lease-keeper.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

/** What a link does to a keep-alive: pass it, refuse it, swallow it, or pass it and lose the answer until `heal`. */
export type Link = 'up' | 'down' | 'silent' | 'mute'

/** The store behind a link. */
export class LinkedEngine extends MemoryEngine {
  link: Link = 'up'
  /** When each keep-alive was sent. */
  readonly sentMs: number[] = []
  readonly #clock: ManualClock
  #held: (() => void)[] = []

  constructor(clock: ManualClock) {
    super({ clock, opsMax: 128, revisionsMax: Infinity })
    this.#clock = clock
  }

  override async keepAlive(id: bigint): Promise<number> {
    this.sentMs.push(this.#clock.now())
    if (this.link === 'down') throw new UnavailableError(this.name, 'the link is down')
    if (this.link === 'silent') return new Promise(() => undefined)
    const ttlS = await super.keepAlive(id)
    if (this.link === 'mute') await new Promise<void>((resolve) => this.#held.push(resolve))
    return ttlS
  }

  override async revoke(id: bigint): Promise<void> {
    if (this.link !== 'up') throw new UnavailableError(this.name, 'the link is down')
    await super.revoke(id)
  }

  /** The link is up again; answers held back arrive. */
  heal(): void {
    this.link = 'up'
    for (const tell of this.#held.splice(0)) tell()
  }
}

/** Start with time at 0. */
export function startLeases() {
  const clock = new ManualClock()
  const engine = new LinkedEngine(clock)
  const keeper = new LeaseKeeper(engine, clock)
  return { clock, engine, keeper, pass: (ms: number, stepMs?: number) => pass(clock, ms, stepMs) }
}

/** Let time pass in steps, and what was answered meanwhile arrive. */
export async function pass(clock: ManualClock, ms: number, stepMs = 50): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(Math.min(stepMs, ms - passed))
    await settle()
  }
}

/** Let every promise that is ready be looked at. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
