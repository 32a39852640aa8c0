/**
 * Who works on a partition: one node at a time.
 *
 * A claim is the last message of a subject in a stream of its own. The server stores one only if the last is the one that the
 * claimant knows (`Nats-Expected-Last-Subject-Sequence`), and lets it lapse after the stream's `max_age` unless it is renewed. Each is
 * renewed thrice in that time. By its own clock a node counts from when it asked, so it knows that its claim has lapsed before
 * the server does.
 */
import { randomUUID } from 'node:crypto'
import { DeadbeatError, toError } from '../errors/index.js'
import type { LoopBinding, NetLog, NetLoop } from '../net/loop.js'
import type { MakingOptions } from './config.js'
import { StreamError, findOrMake } from './ensure.js'
import type { Link } from './session.js'

/** What is claimed, and how. */
export interface ClaimOptions extends Pick<MakingOptions, 'storage' | 'replicas'> {
  /** The stream of the claims, and its subjects. */
  readonly stream: string
  readonly subjects: string
  /** The subject of this one, and what it is about, as people read it. */
  readonly subject: string
  readonly about: string
  /** How long a claim that isn't renewed stands, if the stream has to be made. */
  readonly leaseMs: number
  readonly requestMs: number
  /** Who claims, as people read it. */
  readonly who: string
}

/** Who hears of a claim. */
export interface ClaimTarget {
  /** It is ours, over this connection: again after each that broke. What it rejects with breaks the connection. */
  gained(link: Link): Promise<void>
  /** It isn't ours any more: somebody else may begin. */
  lost(): void
  /** Nothing more can be asked of it over this connection. */
  broken(error: Error): void
}

const NS = 1_000_000
/** The last message is another one than the claimant knows. */
const ANOTHER = [10071, 10164]

/** The claim. */
export class Claim {
  /** Who has it, as far as this node knows; null: nobody, or it has not asked. */
  owner: string | null = null
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: ClaimOptions
  private readonly target: ClaimTarget
  /** Who claims, different in each run. */
  private readonly token: string
  private link: Link | null = null
  /** Over which connection it is worked on. */
  private worksOver: Link | null = null
  private leaseMs: number
  /** Our claim's place in the stream; 0 without one. */
  private sequence = 0
  private began = 0
  private timer: LoopBinding | null = null
  private lapse: LoopBinding | null = null

  constructor(loop: NetLoop, log: NetLog, options: ClaimOptions, target: ClaimTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.leaseMs = options.leaseMs
    this.token = `${options.who} ${randomUUID()}`
  }

  get isMine(): boolean {
    return this.sequence > 0
  }

  /** Since when it is worked on here, over this connection: higher than of all who had it before; 0 if it isn't ours. */
  get term(): number {
    return this.isMine ? this.began : 0
  }

  /** There is a connection: claim it, and renew that, or wait until it is free. */
  async connected(link: Link): Promise<void> {
    const { stream, subjects, storage, replicas } = this.options
    const config = { max_msgs_per_subject: 1, max_age: this.options.leaseMs * NS, storage, num_replicas: replicas }
    const made = await findOrMake(link, stream, () => ({ subjects: [subjects], ...config }))
    const { max_age } = made.config as { max_age?: number }
    if (max_age === undefined || max_age <= 0)
      throw new StreamError('ERR_NO_STREAM', `the claims in ${stream} must lapse: its max_age is ${String(max_age)}`)
    this.leaseMs = max_age / NS
    this.link = link
    await this.renew(link)
  }

  /** The connection broke. A claim stands until it lapses. */
  disconnected(): void {
    this.link = this.worksOver = null
    this.stop('timer')
  }

  /** Let another one have it at once. */
  async release(): Promise<void> {
    const { link, sequence } = this
    this.disconnected()
    this.stop('lapse')
    this.sequence = 0
    if (link === null || sequence === 0) return
    // Whatever may be wrong: it lapses by itself.
    await link.manager.streams.deleteMessage(this.options.stream, sequence, false).catch(() => false)
  }

  private async renew(link: Link): Promise<void> {
    await this.claim(link, this.sequence)
    if (this.link !== link) return
    if (this.isMine && this.worksOver !== link) {
      this.worksOver = link
      this.began = this.sequence
      await this.target.gained(link)
    }
    this.timer = this.loop.after(this.leaseMs / 3, () => {
      this.renew(link).catch((error: unknown) => {
        if (this.link === link) this.target.broken(toError(error))
      })
    })
  }

  /** Try to have it, or to keep it, where the last claim is the one that this node knows. */
  private async claim(link: Link, known: number): Promise<void> {
    const { subject, requestMs } = this.options
    const askedMs = this.loop.now()
    const headers = link.transport.headers()
    headers.set('Nats-Expected-Last-Subject-Sequence', String(known))
    const message = await link.nc.request(subject, this.token, { headers, timeout: requestMs })
    const { seq = 0, error } = message.json<{ seq?: number; error?: { err_code?: number; description?: string } }>()
    if (this.link !== link) return
    if (error === undefined) this.have(seq, askedMs)
    else if (ANOTHER.includes(error.err_code ?? 0)) await this.look(link, known)
    else throw new DeadbeatError('ERR_REFUSED', `${String(error.description)} (${String(error.err_code)})`)
  }

  /** Who has it: perhaps this node, whose last answer never came. */
  private async look(link: Link, known: number): Promise<void> {
    const { stream, subject, about } = this.options
    const message = await link.manager.streams.getMessage(stream, { last_by_subj: subject })
    if (this.link !== link) return
    const owner = message?.string() ?? null
    if (message !== null && owner === this.token && message.seq !== known) {
      await this.claim(link, message.seq)
      return
    }
    this.giveUp()
    if (owner !== null && owner !== this.owner)
      this.log.info({ owner }, `${about} is worked on by ${owner}; this node waits until it is free`)
    this.owner = owner
  }

  private have(sequence: number, askedMs: number): void {
    if (!this.isMine) this.log.info({}, `${this.options.about} is worked on here`)
    this.sequence = sequence
    this.owner = this.token
    this.stop('lapse')
    this.lapse = this.loop.after(Math.max(0, askedMs + this.leaseMs - this.loop.now()), () => this.giveUp())
  }

  private giveUp(): void {
    this.stop('lapse')
    if (!this.isMine) return
    this.sequence = 0
    this.owner = this.worksOver = null
    this.log.warn({}, `${this.options.about} may be worked on elsewhere: this node's claim was not renewed in time`)
    this.target.lost()
  }

  private stop(which: 'timer' | 'lapse'): void {
    const timer = this[which]
    if (timer !== null) this.loop.cancel(timer)
    this[which] = null
  }
}
