/**
 * Who is told what a multi-version store changes. The hub reads the store's own history, revision by revision, so
 * that a watch loses nothing and sees nothing twice, whoever wrote it: this process or another on the same file.
 * A watch from the past reads up to where the hub is, and goes with it from there.
 */
import { toError } from '../../errors/index.js'
import type { Change, Watch, WatchSink } from '../engine/engine.js'
import { isWithin, type Key, type Range } from '../engine/range.js'
import { tell } from '../engine/tell.js'
import type { History, HistorySource, Revision } from './rows.js'

class Watching {
  readonly range: Range
  readonly sink: WatchSink
  /** The first revision that it has not been told; 0: the next one, once it is there. */
  next: number
  isOpen = true
  isOpened = false

  constructor(range: Range, from: number, sink: WatchSink) {
    this.range = range
    this.next = from
    this.sink = sink
  }
}

/**
 * The watches of one store.
 *
 * `revisionsMax` is how many revisions it reads before it lets others have a turn.
 */
export class WatchHub {
  private readonly source: HistorySource
  private readonly revisionsMax: number
  /** Up to where the live watches were told. */
  private told = 0
  private readonly all = new Set<Watching>()
  private readonly newcomers = new Set<Watching>()
  private readonly byKey = new Map<Key, Set<Watching>>()
  private readonly byRange = new Set<Watching>()
  private readonly asking = new Set<Watching>()
  private isDue = false

  constructor(source: HistorySource, revisionsMax = 1000) {
    this.source = source
    this.revisionsMax = revisionsMax
  }

  /** How many watches there are. */
  get size(): number {
    return this.all.size
  }

  /** Watch a range from a revision on; 0: from now on. */
  add(range: Range, from: number, sink: WatchSink): Watch {
    const revision = this.source.read((history) => history.revision)
    if (this.all.size === 0) this.told = revision
    const watching = new Watching(range, from === 0 ? revision + 1 : from, sink)
    this.all.add(watching)
    this.newcomers.add(watching)
    this.wake()
    return {
      askProgress: () => {
        if (!watching.isOpen) return
        this.asking.add(watching)
        this.wake()
      },
      close: () => {
        this.drop(watching)
      },
    }
  }

  /** The store may have changed: look, in a moment. */
  wake(): void {
    if (this.isDue || this.all.size === 0) return
    this.isDue = true
    queueMicrotask(() => {
      this.look()
    })
  }

  /** End all watches with an error. */
  fail(error: Error): void {
    for (const watching of [...this.all]) {
      this.drop(watching)
      tell(() => watching.sink.failed(error))
    }
  }

  private look(): void {
    this.isDue = false
    if (this.all.size === 0) return
    try {
      this.source.read((history) => {
        const isBehind = this.tellLive(history)
        for (const watching of [...this.newcomers]) this.join(history, watching)
        if (isBehind || this.newcomers.size > 0) this.later()
        else this.tellProgress()
      })
    } catch (error) {
      // What can't be read can't be told.
      this.fail(toError(error))
    }
  }

  /** Go on in a turn of its own: what is behind doesn't keep the others from their work. */
  private later(): void {
    if (this.isDue) return
    this.isDue = true
    setImmediate(() => {
      this.look()
    })
  }

  /** Tell the live watches what came; whether something is left. */
  private tellLive(history: History): boolean {
    const { revision, compacted } = history
    if (this.told >= revision) return false
    if (this.told + 1 < compacted) {
      // Their history was compacted away before it was told.
      for (const watching of this.all) if (!this.newcomers.has(watching)) this.gap(watching, compacted)
      this.told = revision
      return false
    }
    const upTo = Math.min(revision, this.told + this.revisionsMax)
    for (const step of history.changes(this.told + 1, upTo)) this.tellAll(step)
    this.told = upTo
    return upTo < history.revision
  }

  private tellAll({ revision, changes }: Revision): void {
    const single = changes.length === 1 ? changes[0] : undefined
    if (single !== undefined) {
      for (const watching of this.byKey.get(single.kv.key) ?? []) this.tell(watching, changes, revision)
    } else {
      const hit = new Set(changes.flatMap(({ kv }) => [...(this.byKey.get(kv.key) ?? [])]))
      for (const watching of hit) this.tell(watching, changes, revision)
    }
    for (const watching of this.byRange) this.tell(watching, changes, revision)
  }

  /** Tell one watch those changes of a revision that lie in its range. */
  private tell(watching: Watching, changes: readonly Change[], revision: number): void {
    if (!watching.isOpen || revision < watching.next) return
    watching.next = revision + 1
    const { range, sink } = watching
    const all = changes.every(({ kv }) => isWithin(range, kv.key))
    const some = all ? changes : changes.filter(({ kv }) => isWithin(range, kv.key))
    if (some.length > 0) tell(() => sink.changed(some, revision))
  }

  /** Bring a newcomer to where the live ones are, and make it one of them. */
  private join(history: History, watching: Watching): void {
    const { sink, range } = watching
    if (watching.next <= this.told && watching.next < history.compacted) {
      this.gap(watching, history.compacted)
      return
    }
    if (!watching.isOpened) tell(() => sink.opened?.(watching.next - 1))
    watching.isOpened = true
    const upTo = Math.min(this.told, watching.next + this.revisionsMax)
    if (watching.next <= upTo) {
      for (const { changes, revision } of history.changes(watching.next, upTo)) {
        this.tell(watching, changes, revision)
        if (!watching.isOpen) return
      }
      watching.next = upTo + 1
    }
    if (watching.next <= this.told || !watching.isOpen) return
    this.newcomers.delete(watching)
    if (range.end !== undefined) this.byRange.add(watching)
    else {
      const some = this.byKey.get(range.key)
      if (some === undefined) this.byKey.set(range.key, new Set([watching]))
      else some.add(watching)
    }
  }

  private tellProgress(): void {
    for (const watching of [...this.asking]) {
      this.asking.delete(watching)
      if (watching.isOpen) tell(() => watching.sink.progress?.(this.told))
    }
  }

  private gap(watching: Watching, compacted: number): void {
    this.drop(watching)
    tell(() => watching.sink.gap(compacted))
  }

  private drop(watching: Watching): void {
    watching.isOpen = false
    this.all.delete(watching)
    this.newcomers.delete(watching)
    this.asking.delete(watching)
    this.byRange.delete(watching)
    const some = this.byKey.get(watching.range.key)
    if (some?.delete(watching) === true && some.size === 0) this.byKey.delete(watching.range.key)
  }
}
