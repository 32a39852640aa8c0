/** Keeps what must outlive a train: recalls what an earlier run left, makes check-points, stores the last one. */
import type { Plan } from '../chain/plan.js'
import { Cutter, type CutState, type CutterContext } from './cutter.js'
import { hasSnapshot } from './open-list.js'
import { recordOf, type CutRecord } from './record.js'
import { Restore, type RestoreContext } from './restore.js'
import { withoutStrangers } from './strangers.js'

/** Whether a train has anything to keep: a supply that can go back, or a cog with a snapshot. */
export function hasMemory({ supplies, places }: Plan): boolean {
  return supplies.some((supply) => supply.mark !== undefined) || places.some(({ occupant }) => hasSnapshot(occupant))
}

/** Whether a train ends by itself: each of its supplies does. */
export function isBatch({ supplies }: Plan): boolean {
  return supplies.every((supply) => supply.isBatch)
}

/** What is needed to keep a train. */
export type MemoryContext = CutterContext & Omit<RestoreContext, 'name'>

/** Where a train's check-points are, and how they fare. */
export interface CheckpointState extends CutState {
  /** What the place is called: a file's path. */
  readonly name: string
}

/** The memory of one train. */
export class TrainMemory {
  readonly #context: MemoryContext
  readonly #cutter: Cutter
  #past: Restore | null = null
  #record: CutRecord | null = null
  #hasBegun = false
  /** What it is at. */
  #work: Promise<void> = Promise.resolve()
  /** Whether the record says it all: nothing comes behind it. */
  #isLastStored = false
  #leaving: Promise<boolean> = Promise.resolve(false)
  #isForgiving = false
  #older: CutRecord | null = null
  #found: CutRecord | null = null

  constructor(context: MemoryContext) {
    this.#context = context
    this.#cutter = new Cutter(context)
  }

  /**
   * Before anything is started: recall what an earlier run left.
   *
   * @throws {RecordError} If the record belongs to another train, or is none.
   */
  recall(): Promise<void> {
    return (this.#work = this.#recall())
  }

  /** When all but the supplies have started: name the outputs, let in what was held, and make check-points from now on. */
  begin(): Promise<void> {
    return (this.#work = this.#begin())
  }

  /**
   * The train is about to stop; `isContinued`: before its input has ended. Resolves once what it is at is through: what is
   * let in may not be broken off.
   */
  async settled(isContinued: boolean): Promise<void> {
    this.#context.journey.isContinued = isContinued
    await this.#work.catch(() => undefined) // Told to whoever began it.
  }

  /** Make a check-point soon; tell when its record is stored (at once, if that was the last one), or that none can be now. */
  soon(then: (isStored: boolean) => void): void {
    this.#found = null // It may be large, and from here on there is a newer one.
    if (this.#isLastStored) then(true)
    else this.#cutter.soon(then)
  }

  /** Write down all that is held, for another train to go on with. Answers whether that could be done. */
  async leave(atCut: () => void): Promise<boolean> {
    await this.#work.catch(() => undefined)
    if (!this.#hasBegun) return false
    this.#leaving = this.#cutter.leave(atCut)
    return await this.#leaving
  }

  /** Where the records are, and how they fare. */
  get state(): CheckpointState {
    return { name: this.#context.store.name, ...this.#cutter.state }
  }

  /** What it recalled, as it was found; until it has started. */
  get found(): CutRecord | null {
    return this.#found
  }

  /**
   * The record may name somebody who doesn't stand here: the train before had more, and holds nothing. Who isn't in the
   * record may be in an older one.
   */
  forgive(older: CutRecord | null = null): void {
    this.#isForgiving = true
    this.#older = older
  }

  /**
   * When everybody has finished. A batch that is complete leaves no record, so that it begins anew if it is run again.
   * Others keep it: what was supplied from a queue would come once more, if this run died before the queue knows of it.
   */
  async end(isComplete: boolean): Promise<void> {
    const { store, journey, plan } = this.#context
    try {
      if (journey.isLeft) await this.#leaving
      if (!this.#hasBegun || journey.isLeft) return
      this.#isLastStored = await this.#cutter.last()
      if (this.#isLastStored) for (const bundle of journey.bundles) if (bundle.isKept) bundle.letGo()
      const beginsAnew = plan.supplies.every((supply) => supply.isBatch || supply.mark === undefined)
      if (this.#isLastStored && isComplete && beginsAnew && journey.inFlight.count === 0) await store.clear()
    } finally {
      store.close()
    }
  }

  async #recall(): Promise<void> {
    const { store } = this.#context
    const loaded = await store.load()
    if (loaded === null) return
    this.#found = recordOf(loaded, store.name)
    this.#record = this.#isForgiving
      ? withoutStrangers(completed(this.#found, this.#older), this.#context)
      : this.#found
    this.#older = null
    this.#past = new Restore(this.#record, { ...this.#context, name: store.name })
    await this.#past.prepare()
  }

  async #begin(): Promise<void> {
    await this.#cutter.start(this.#record)
    this.#hasBegun = true
    await this.#past?.reenter()
    this.#cutter.open()
    this.#past = this.#record = null
  }
}

/** A record with those of an older one who are not in it. */
function completed(record: CutRecord, older: CutRecord | null): CutRecord {
  return {
    ...record,
    supplies: { ...older?.supplies, ...record.supplies },
    drains: { ...older?.drains, ...record.drains },
    snapshots: { ...older?.snapshots, ...record.snapshots },
  }
}
