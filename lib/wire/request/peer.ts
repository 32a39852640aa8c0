/** The clients of a daemon, as far as it knows of them: who they are, what they wait for, what waits for them. */
import { latin } from '../frames/decode.js'
import type { Dialect } from '../frames/message.js'
import { Backlog } from './backlog.js'
import { Lateness } from './lateness.js'
import type { Asker, Work } from './work.js'

/** One connection. */
export class Peer {
  readonly identity: Uint8Array
  /** The identity as text, one character a byte. */
  readonly name: string
  /** That of its last message that left no doubt. */
  dialect: Dialect = 'new'
  /** What it waits for: each counts, also where several have the same id. */
  readonly asked = new Set<Asker>()
  /** Answers that had no room on their way to it, the oldest first. */
  readonly backlog = new Backlog()
  /** How late what it sends has come. */
  readonly lateness = new Lateness()
  /** What came so late that it may have been given up, and what came behind that. */
  readonly held: Work[] = []

  constructor(identity: Uint8Array, name: string) {
    this.identity = identity
    this.name = name
  }

  /** What it asked for by an id. */
  find(id: unknown): Asker | undefined {
    for (const asker of this.asked) if (asker.id === id) return asker
    return undefined
  }

  /** How much it has under way: what it asked for, and answers that it does not read. */
  get load(): number {
    return this.asked.size + this.backlog.answers
  }

  /** Whether nothing of it is left here. */
  get isIdle(): boolean {
    return this.asked.size === 0 && this.backlog.length === 0
  }
}

/** So many connections that wait for nothing are remembered. */
const IDLE_MAX = 1024

/** The peers by their names. Only those who wait for something are sure to be kept: nobody says that he has left. */
export class Peers {
  private readonly peers = new Map<string, Peer>()
  private tidyAt = IDLE_MAX
  /** Mostly it is the one of before: no name has to be made and looked up to see that. */
  private last: Peer | null = null

  /** The one of this identity. */
  of(identity: Uint8Array): Peer {
    if (this.last !== null && isSame(this.last.identity, identity)) return this.last
    const name = latin(identity)
    this.last = this.peers.get(name) ?? this.welcome(identity, name)
    return this.last
  }

  /** Forget one, which has gone. */
  forget(peer: Peer): void {
    this.peers.delete(peer.name)
    if (peer === this.last) this.last = null
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.peers.values()
  }

  private welcome(identity: Uint8Array, name: string): Peer {
    if (this.peers.size >= this.tidyAt) this.tidy()
    const peer = new Peer(identity, name)
    this.peers.set(name, peer)
    return peer
  }

  /** Forget the idle ones, of which most have left. */
  private tidy(): void {
    for (const peer of this.peers.values()) if (peer.isIdle) this.forget(peer)
    this.tidyAt = Math.max(IDLE_MAX, 2 * this.peers.size)
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}
