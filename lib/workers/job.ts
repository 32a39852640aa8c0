/** What a crew works on: jobs, and the parcels in which they are sent. */
import { pack, unpack, type Packed } from './packing.js'
import { Slot, type Span } from './slot.js'

/** What a datum that is no text counts as, in characters. */
const DATUM_SIZE = 256

/** Data to be worked on, in one piece. */
export class Job<Owner = unknown> {
  readonly owner: Owner
  /** How many data they are, and the number of the first within the owner. */
  readonly count: number
  readonly from: number
  readonly size: number
  /** Whether a worker died that had it. */
  isSuspect = false
  #data: Packed | Buffer | null
  #place: { readonly slot: Slot; readonly span: Span } | null = null

  /** Bytes are those of a text of lines; they need be valid only until they are laid into a slot. */
  constructor(owner: Owner, data: Packed | Buffer, count: number, from = 0) {
    this.owner = owner
    this.count = count
    this.from = from
    this.size = isList(data) ? data.length * DATUM_SIZE : data.length
    this.#data = data
  }

  /** The data, as long as it isn't let go of. */
  get data(): Packed {
    if (this.#data !== null) return Buffer.isBuffer(this.#data) ? this.#data.toString() : this.#data
    return this.#place === null ? [] : this.#place.slot.read(this.#place.span)
  }

  /** Whether it is one text. */
  get isText(): boolean {
    return this.#place !== null || (this.#data !== null && !isList(this.#data))
  }

  /** How it is sent. */
  get form(): Packed | Span {
    return this.#place?.span ?? this.data
  }

  /** Lay it into a slot, if it is a text that has room there: out of the reach of the garbage collector. */
  layInto(slot: Slot): void {
    const data = this.#data
    if (data === null || isList(data)) return
    const span = Buffer.isBuffer(data) ? slot.put(data) : slot.write(data)
    if (span === null) {
      if (Buffer.isBuffer(data)) this.#data = data.toString()
      return
    }
    slot.users++
    this.#place = { slot, span }
    this.#data = null
  }

  /** Take it out again; null, or the slot if nobody has anything in it now. */
  takeOut(): Slot | null {
    this.#data = this.data
    return this.#leave()
  }

  /** Nobody needs the data any more; null, or the slot if nobody has anything in it now. */
  letGo(): Slot | null {
    this.#data = null
    return this.#leave()
  }

  /** It in two. */
  halves(): Job<Owner>[] {
    const list = unpack(this.data)
    const middle = list.length >> 1
    return [list.slice(0, middle), list.slice(middle)].map((half, i) => {
      const job = new Job(this.owner, pack(half), half.length, i === 0 ? this.from : this.from + middle)
      job.isSuspect = this.isSuspect
      return job
    })
  }

  #leave(): Slot | null {
    const slot = this.#place?.slot ?? null
    this.#place = null
    if (slot === null || --slot.users > 0) return null
    slot.empty()
    return slot
  }
}

/** Jobs that are sent together. */
export class Parcel<Owner> {
  readonly jobs: Job<Owner>[] = []
  slot: Slot | null = null
  size = 0
  /** How many of its jobs are not done. */
  open = 0

  get isSuspect(): boolean {
    return this.jobs[0]?.isSuspect === true
  }

  add(job: Job<Owner>): void {
    this.jobs.push(job)
    this.size += job.size
    this.open++
  }
}

function isList(data: Packed | Buffer): data is readonly unknown[] {
  return Array.isArray(data)
}
