/**
 * Keeps what is under way in order, whatever fails: each message says which one it follows, and the server stores it only if that
 * is the last that it has (`Nats-Expected-Last-Msg-Id`). The first follows nothing, for all before it is stored. Repeats are known
 * by their ids before that is asked.
 *
 * Where others write to the stream too, something else is last now and then. Then messages follow nothing for a while: they
 * would be refused again and again.
 *
 * Only a stream of one replica is asked so. With more of them, servers from 2.10.13 on remember the id of what they have refused
 * like that, and take the next try for a repeat.
 */
import type { NetLog, NetLoop } from '../net/loop.js'

/** How long messages follow nothing once something else was last. */
const LOOSE_MS = 10_000

/** What each message follows. */
export class Chain {
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly name: string
  private isPossible = false
  private isTold = false
  private looseUntilMs = -Infinity
  private last: string | null = null

  constructor(loop: NetLoop, log: NetLog, name: string) {
    this.loop = loop
    this.log = log
    this.name = name
  }

  /** There is a connection to a stream of so many replicas. */
  connected(replicas: number): void {
    this.isPossible = replicas === 1
    this.isTold = false
  }

  /** Nothing is under way: the next follows nothing. */
  begin(): void {
    this.last = null
  }

  /** The id that the next message is to follow; null: it may follow anything. */
  get follows(): string | null {
    return this.last !== null && this.isPossible && this.loop.now() >= this.looseUntilMs ? this.last : null
  }

  /** A message of this id was sent. */
  passed(id: string | null): void {
    this.last = id
  }

  /** Something else was the last in the stream, though nothing had failed. */
  interrupted(): void {
    this.looseUntilMs = this.loop.now() + LOOSE_MS
    if (this.isTold) return
    this.isTold = true
    const now = 'what fails may come to lie behind what follows it'
    this.log.info(
      {},
      `${this.name}: others write to the stream, too: for ${LOOSE_MS / 1000} s, and each time anew, ${now}`,
    )
  }
}
