/**
 * All watches of a client on one stream. When the stream breaks there is a new one, after a wait that grows, and each
 * watch is asked for again from where it was; so many at a time that a server that just came back isn't run over.
 */
import type { Watch, WatchSink } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { RefusedError } from '../errors.js'
import type { Disarm } from '../../movement/loop/clock.js'
import { Backoff } from '../../net/backoff.js'
import { CallFailure } from './call-failure.js'
import type { DuplexCall } from './duplex-call.js'
import { errorOf } from './errors-of.js'
import { EtcdWatch, type Watches } from './etcd-watch.js'
import type { MessageOf, WatchRequest, WatchResponse } from '../rpc/messages.js'
import { METHODS } from '../rpc/methods.js'
import { ProgressAsker, tellsProgress } from './progress.js'
import type { Header, Seen } from './seen.js'
import type { Transport } from './transport.js'
import { WireError } from '../rpc/wire.js'

type Answer = MessageOf<typeof WatchResponse>
type Stream = DuplexCall<MessageOf<typeof WatchRequest>, Answer>

const CREATING_MAX = 256
const REOPEN_MAX_MS = 1000
/** Of an answer for the whole stream. */
const ALL = -1

/** The watches of one client. */
export class WatchStream implements Watches {
  private readonly transport: Transport
  private readonly seen: Seen
  private readonly backoff: Backoff
  private readonly progress = new ProgressAsker<EtcdWatch>(() => this.stream?.send({ progress: {} }))
  private readonly watches = new Set<EtcdWatch>()
  /** By the number that they have on the stream. */
  private readonly byId = new Map<number, EtcdWatch>()
  /** Asked for and not yet answered: answers come in the order of the questions. */
  private readonly creating = new Map<number, EtcdWatch>()
  private toCreate: EtcdWatch[] = []
  private lastId = 0
  /** Whether the stream was opened with a login of its own. */
  private isLoginFresh = false
  private stream: Stream | null = null
  private disarm: Disarm | null = null

  constructor(transport: Transport, seen: Seen) {
    this.transport = transport
    this.seen = seen
    this.backoff = new Backoff({ retryMs: transport.settings.retryMs, retryMaxMs: REOPEN_MAX_MS })
  }

  /** Whether the server of now can be asked for progress. */
  get tellsProgress(): boolean {
    return this.progress.isTrusted === true
  }

  /** Open a watch. */
  add(range: Range, from: number, sink: WatchSink): Watch {
    const watch = new EtcdWatch(this, range, from, sink, this.seen)
    watch.isLate = this.stream !== null
    this.watches.add(watch)
    this.toCreate.push(watch)
    if (this.stream === null && this.disarm === null) this.open()
    else this.create()
    return watch
  }

  ask(watch: EtcdWatch): void {
    this.progress.add(watch)
    this.askProgress()
  }

  drop(watch: EtcdWatch): void {
    this.forget(watch)
    this.cancel(watch)
    if (this.watches.size > 0) return
    // In a moment: whoever changes all his watches has none in between.
    this.transport.settings.clock.soon(() => {
      if (this.watches.size === 0) this.end()
    })
  }

  /** End all with an error. */
  close(error: Error): void {
    this.end()
    this.failAll(error)
  }

  private open(isLoginFresh = false): void {
    this.disarm = null
    this.isLoginFresh = isLoginFresh
    this.lastId = 0
    this.byId.clear()
    this.creating.clear()
    this.progress.detached()
    for (const watch of this.watches) watch.detached()
    // The last first: they are taken from the end, where new ones come to lie.
    this.toCreate = [...this.watches].reverse()
    const stream: Stream = this.transport.open(METHODS.watch, {
      answered: (answer) => {
        this.answered(answer)
      },
      ended: (failure) => {
        this.ended(failure)
      },
    })
    this.stream = stream
    this.create()
    this.transport.call(METHODS.status, {}, 'read').then(
      ({ version }) => {
        if (this.stream !== stream) return
        this.progress.isTrusted = tellsProgress(version)
        this.askProgress()
      },
      () => {
        // Nobody is told of progress on this stream.
        if (this.stream === stream) this.progress.isTrusted = false
      },
    )
  }

  private create(): void {
    while (this.stream !== null && this.creating.size < CREATING_MAX) {
      const watch = this.toCreate.pop()
      if (watch === undefined) break
      if (!watch.isOpen) continue
      watch.id = ++this.lastId
      this.byId.set(watch.id, watch)
      this.creating.set(watch.id, watch)
      const { range, next: startRevision, id: watchId } = watch
      this.stream.send({
        create: { key: range.key, end: range.end, startRevision, watchId, progressNotify: true, fragment: true },
      })
    }
  }

  private answered(answer: Answer): void {
    this.backoff.reset()
    const { header, watchId, events, fragment } = answer
    if (header === undefined) throw new WireError('an answer has no header')
    if (answer.created) {
      this.answeredCreate(answer, header)
    } else if (watchId === ALL) {
      this.progressedAll(header.revision)
    } else {
      const watch = this.byId.get(watchId)
      if (watch === undefined || !watch.isOpen) return
      if (answer.canceled) this.canceled(watch, answer)
      else if (events.length > 0) watch.happened(events, fragment)
      else watch.progressed(header.revision, false)
    }
  }

  private answeredCreate(answer: Answer, header: Header): void {
    const [first] = this.creating
    if (first === undefined) throw new WireError('a watch was created that nobody asked for')
    const [id, watch] = first
    this.creating.delete(id)
    if (watch.isOpen && watch.id === id) {
      if (answer.canceled) this.canceled(watch, answer)
      else if (watch.isOfAnother(header)) this.gap(watch, 0)
      else if (watch.isAhead(header)) this.check(watch)
      else watch.created(header)
    }
    this.create()
    this.askProgress()
  }

  /** The member's revision is below the watch's: is it late, or is this another store? */
  private check(watch: EtcdWatch): void {
    this.cancel(watch)
    watch.detached()
    const { stream } = this
    // A read that all members must agree on.
    const request = { key: watch.range.key, countOnly: true }
    this.transport.call(METHODS.range, request, 'read').then(
      ({ header }) => {
        // A new stream has asked for all watches anew.
        if (!watch.isOpen || this.stream !== stream) return
        if (header !== undefined && (watch.isOfAnother(header) || watch.isAhead(header))) {
          this.gap(watch, 0)
          return
        }
        this.toCreate.push(watch)
        this.create()
      },
      (error: unknown) => {
        if (!watch.isOpen || this.stream !== stream || !(error instanceof CallFailure)) return
        this.stream?.end()
        this.ended(error)
      },
    )
  }

  private canceled(watch: EtcdWatch, { compactRevision, cancelReason }: Answer): void {
    this.byId.delete(watch.id)
    if (compactRevision > 0) {
      this.gap(watch, compactRevision)
      return
    }
    const { login, name } = this.transport
    // The login that the stream was opened with may be over, and that is told in this way.
    const mayBeStale = login.isRenewable && (watch.isLate || !this.isLoginFresh)
    if (mayBeStale && /permission|token/.test(cancelReason)) {
      login.forget(login.metadata)
      this.stream?.end()
      this.open(true)
      return
    }
    this.forget(watch)
    watch.failed(new RefusedError(name, `a watch was refused: ${cancelReason || 'no reason was given'}`))
  }

  private progressedAll(revision: number): void {
    const asked = this.progress.answered()
    // Where the answer may overtake events it says nothing.
    if (!this.tellsProgress) return
    for (const watch of [...this.watches]) {
      if (watch.id !== 0 && !this.creating.has(watch.id)) watch.progressed(revision, asked.has(watch))
    }
    this.askProgress()
  }

  /** Only when all watches are there: the answer is for all. */
  private askProgress(): void {
    if (this.creating.size === 0 && this.toCreate.length === 0) this.progress.flush()
  }

  private gap(watch: EtcdWatch, compactRevision: number): void {
    this.forget(watch)
    this.cancel(watch)
    watch.gap(compactRevision)
  }

  private forget(watch: EtcdWatch): void {
    this.watches.delete(watch)
    this.progress.drop(watch)
  }

  private cancel(watch: EtcdWatch): void {
    if (watch.id !== 0 && this.byId.delete(watch.id)) this.stream?.send({ cancel: { watchId: watch.id } })
  }

  private ended(failure: CallFailure): void {
    this.stream = null
    if (this.watches.size === 0) return
    const isFinal =
      failure.isRefusal && !failure.isPassing && !(failure.isTokenGone && this.transport.login.isRenewable)
    if (isFinal) {
      this.failAll(errorOf(this.transport.name, failure, { isWrite: false }))
      return
    }
    const { clock } = this.transport.settings
    const reopen = (atMs: number): void => {
      this.disarm = clock.alarm(atMs, () => {
        if (clock.now() < atMs) reopen(atMs)
        else this.open()
      })
    }
    reopen(clock.now() + this.backoff.nextMs())
  }

  private end(): void {
    this.stream?.end()
    this.stream = null
    this.disarm?.()
    this.disarm = null
  }

  private failAll(error: Error): void {
    for (const watch of [...this.watches]) {
      this.forget(watch)
      watch.failed(error)
    }
  }
}
