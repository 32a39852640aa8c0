/**
 * A stream of watches. All that is written on it is written by one loop, which waits until the client has taken what was
 * written before; what is due next is asked of the watches in turn.
 */
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import { NO_END } from '../engine/range.js'
import { RefusedError } from '../errors.js'
import type { ServerStream } from './grpc.js'
import type { Draft } from '../rpc/message.js'
import type { MessageOf, WatchCreateRequest, WatchRequest, WatchResponse } from '../rpc/messages.js'
import { METHODS } from '../rpc/methods.js'
import { Budget } from './budget.js'
import { Duplex, type DuplexSink } from './duplex.js'
import { eventsOf, leavingOf, stateBefore } from './events.js'
import { denied, Guard } from './guard.js'
import { rangeOf } from './reading.js'
import { headerOf, revisionOf, type Served } from './served.js'
import { ServedWatch, type Due } from './served-watch.js'

type Asked = MessageOf<typeof WatchRequest>
type Answer = Draft<MessageOf<typeof WatchResponse>>

/** In the place of a watch's number: all of the stream, or a watch that did not come about. */
const NONE = -1
/** How many answers may wait for a client that doesn't read. */
const ANSWERS_MAX = 1000
/** How often it is looked whether watches may still be open. */
const LOOK_MS = 5000

/** Answer one. */
export function watchCall(served: Served, stream: ServerStream): { fail(error: unknown): void } {
  return new Duplex(
    stream,
    METHODS.watch,
    (duplex) => new WatchCall(served, duplex, new Guard(served, stream)),
    served.settings,
  )
}

class WatchCall implements DuplexSink<Asked> {
  private readonly served: Served
  private readonly guard: Guard
  private readonly duplex: Duplex<Asked, MessageOf<typeof WatchResponse>>
  private readonly budget: Budget
  private readonly watches = new Map<number, ServedWatch>()
  /** Watches that may have something due, in turn. */
  private readonly due = new Set<ServedWatch>()
  /** Answers to what was asked, before any event that follows. */
  private readonly answers: Answer[] = []
  /** For an answer to how far the stream is: the watches that have not said yet; null: nobody asked. */
  private asking: Set<ServedWatch> | null = null
  private askedRevision = 0
  /** Somebody asked while the answer before was not complete. */
  private asksAgain = false
  private nextId = 0
  private isWriting = false
  /** Called when all answers are on their way. */
  private answered: () => void = () => undefined
  private disarm: Disarm | null = null
  private disarmLook: Disarm | null = null

  constructor(served: Served, duplex: Duplex<Asked, MessageOf<typeof WatchResponse>>, guard: Guard) {
    this.served = served
    this.guard = guard
    this.duplex = duplex
    this.budget = new Budget(served.settings.streamBytesMax, served.buffered)
  }

  async asked({ create, cancel, progress }: Asked): Promise<void> {
    if (create !== undefined) await this.create(create)
    else if (cancel !== undefined) await this.cancel(cancel.watchId)
    else if (progress !== undefined) await this.askProgress()
    // Who asks and doesn't read is asked no more until he does.
    if (this.answers.length >= ANSWERS_MAX) await new Promise<void>((resolve) => (this.answered = resolve))
  }

  ended(): void {
    this.disarm?.()
    this.disarmLook?.()
    for (const watch of this.watches.values()) watch.close()
    this.watches.clear()
    this.due.clear()
  }

  private async create(asked: MessageOf<typeof WatchCreateRequest>): Promise<void> {
    const current = await revisionOf(this.served)
    const { startRevision: start, watchId } = asked
    const range = rangeOf({ key: asked.key === '' ? '\0' : asked.key, end: asked.end })
    const isEmpty = range.end !== undefined && range.end !== NO_END && range.end <= range.key
    const { watchesMax } = this.served.settings
    if (!this.guard.may('read', range)) this.refuse(current, denied().message)
    else if (isEmpty) this.refuse(current, 'mvcc: watcher range is empty')
    else if (this.watches.has(watchId) && watchId !== 0) {
      this.refuse(current, 'mvcc: duplicate watch ID provided on the WatchStream')
    } else if (this.watches.size >= watchesMax) {
      this.refuse(current, `deadbeat: a stream may have at most ${watchesMax} watches (watchesMax)`)
    } else if (this.duplex.isOpen) {
      const id = watchId === 0 ? this.freeId() : watchId
      // Some clients go on from what this header says when the link breaks: it says no more than they know then.
      const revision = start > 0 ? Math.min(current, start - 1) : current
      this.answer({ header: headerOf(this.served, revision), watchId: id, created: true })
      const { prevKv, progressNotify, filters } = asked
      const from = start > 0 ? start : current + 1
      const watch: ServedWatch = new ServedWatch(
        this.served,
        { id, range, from, prevKv, progressNotify, leaving: leavingOf(filters) },
        this.budget,
        () => {
          this.due.add(watch)
          this.write()
        },
      )
      this.watches.set(id, watch)
      if (progressNotify) this.notifyLater()
      this.lookLater()
      if (this.asking !== null) {
        this.asking.add(watch)
        watch.askProgress()
      }
    }
  }

  private async cancel(id: number): Promise<void> {
    const watch = this.watches.get(id)
    if (watch === undefined) return
    this.drop(watch)
    this.answer({ header: headerOf(this.served, await revisionOf(this.served)), watchId: id, canceled: true })
  }

  private async askProgress(): Promise<void> {
    if (!this.served.engine.tellsProgress) return
    if (this.asking !== null) {
      this.asksAgain = true
      return
    }
    this.asksAgain = false
    this.askedRevision = await revisionOf(this.served)
    this.asking = new Set(this.watches.values())
    for (const watch of this.watches.values()) watch.askProgress()
    this.progressed(null)
  }

  /** A watch is as far as it was asked to be, or is gone; null: look whether all are. */
  private progressed(watch: ServedWatch | null): void {
    if (this.asking === null) return
    if (watch !== null) this.asking.delete(watch)
    if (this.asking.size > 0) return
    this.asking = null
    this.answer({ header: headerOf(this.served, this.askedRevision), watchId: NONE })
    if (!this.asksAgain) return
    this.askProgress().catch((error: unknown) => {
      this.duplex.fail(error)
    })
  }

  private refuse(revision: number, cancelReason: string): void {
    const header = headerOf(this.served, revision)
    this.answer({ header, watchId: NONE, created: true, canceled: true, cancelReason })
  }

  private freeId(): number {
    while (this.watches.has(this.nextId)) this.nextId += 1
    return this.nextId++
  }

  private drop(watch: ServedWatch): void {
    this.watches.delete(watch.asked.id)
    this.due.delete(watch)
    watch.close()
    this.progressed(watch)
  }

  private answer(answer: Answer): void {
    this.answers.push(answer)
    this.write()
  }

  /** See that what is due is written. */
  private write(): void {
    if (this.isWriting || !this.duplex.isOpen) return
    this.isWriting = true
    this.writeAll().catch((error: unknown) => {
      this.duplex.fail(error)
    })
  }

  private async writeAll(): Promise<void> {
    while (this.duplex.isOpen) {
      const answer = this.answers.shift()
      const [watch] = this.due
      if (this.answers.length === 0) this.answered()
      if (answer !== undefined) await this.duplex.write(answer)
      else if (watch !== undefined) await this.writeDue(watch)
      else break
    }
    this.isWriting = false
  }

  private async writeDue(watch: ServedWatch): Promise<void> {
    this.due.delete(watch)
    const due = watch.take()
    if (due === null) return
    this.due.add(watch) // Behind the others.
    const answer = await this.answerOf(watch, due)
    // It may have been cancelled meanwhile, and that was told.
    if (answer !== undefined && (answer.canceled === true || this.watches.has(watch.asked.id)))
      await this.duplex.write(answer)
  }

  private async answerOf(watch: ServedWatch, due: Due): Promise<Answer | undefined> {
    const { engine } = this.served
    const { id: watchId, prevKv, leaving, progressNotify, range } = watch.asked
    // Rights may be taken away while it is open.
    if (!this.guard.may('read', range)) return this.forbid(watch)
    switch (due.what) {
      case 'changes': {
        const { changes, first, last } = due
        const before = prevKv ? await stateBefore(engine, changes, first) : null
        const events = eventsOf(changes, leaving, before)
        // The header of etcd tells how far the store is; see create() for why this one doesn't.
        return events.length === 0 ? undefined : { header: headerOf(this.served, last), watchId, events }
      }
      case 'progress': {
        const isAsked = this.asking?.has(watch) === true
        this.progressed(watch)
        if (isAsked || !progressNotify) return undefined
        return { header: headerOf(this.served, due.revision), watchId }
      }
      case 'gap':
        this.drop(watch)
        return { header: headerOf(this.served, 0), watchId, canceled: true, compactRevision: due.compactRevision }
      case 'failed':
        if (!(due.error instanceof RefusedError)) throw due.error
        this.drop(watch)
        return { header: headerOf(this.served, 0), watchId, canceled: true, cancelReason: due.error.message }
    }
  }

  private notifyLater(): void {
    const { clock, progressMs } = this.served.settings
    this.disarm ??= alarmIn(clock, progressMs, () => {
      this.disarm = null
      this.notify()
    })
  }

  /** Whoever heard nothing for a while is told how far it is. */
  private notify(): void {
    for (const watch of this.watches.values()) {
      if (watch.asked.progressNotify && !watch.hasTold) watch.askProgress()
      watch.hasTold = false
    }
    this.notifyLater()
  }

  /** What may no longer be read ends also where nothing changes. */
  private lookLater(): void {
    const { clock, mayUse } = this.served.settings
    if (mayUse === null) return
    this.disarmLook ??= alarmIn(clock, LOOK_MS, () => {
      this.disarmLook = null
      for (const watch of [...this.watches.values()])
        if (!this.guard.may('read', watch.asked.range)) this.answer(this.forbid(watch))
      if (this.watches.size > 0) this.lookLater()
    })
  }

  private forbid(watch: ServedWatch): Answer {
    this.drop(watch)
    const { id: watchId } = watch.asked
    return { header: headerOf(this.served, 0), watchId, canceled: true, cancelReason: denied().message }
  }
}

/** Do something after so many ms; an alarm may ring early. */
function alarmIn(clock: Clock, ms: number, act: () => void): Disarm {
  const atMs = clock.now() + ms
  const ring = (): void => {
    if (clock.now() < atMs) disarm = clock.alarm(atMs, ring)
    else act()
  }
  let disarm = clock.alarm(atMs, ring)
  return () => disarm()
}
