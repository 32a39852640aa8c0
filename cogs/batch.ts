import {
  Cog,
  insert,
  requireAtLeast,
  requireFunction,
  type Binding,
  type Getter,
  type Hold,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const batchBaseConfig = insert({
  countMax: { doc: 'How many data are in a list, at most.', format: 'nat', min: 1, default: 1000, live: true },
  bytesMax: {
    doc: 'From how many bytes on, by `sizeGetter`, a list is given; null: they are not counted.',
    format: 'size',
    min: 1,
    default: null,
    live: true,
  },
  ageMs: {
    doc: 'How long after its first datum a list is given, however short it is.',
    format: 'duration',
    default: '1s',
    live: true,
  },
})

/** The operator's settings, with defaults, and how large a datum is. */
export interface BatchOptions<T> extends Partial<Settings<typeof batchBaseConfig>> {
  /** The bytes of a datum: by default those of text and of bytes, and of all else as JSON. */
  readonly sizeGetter?: Getter<T, number>
}

/**
 * Make lists of data: of so many, of so many bytes, or of what came within some time.
 *
 * In: any datum. Out: a list of them, as one event in which theirs live on. What waits is held: keep `countMax` below
 * `train.inFlightMax`, or it is `ageMs` that gives a list. When the train stops, what is there is given.
 *
 * @throws {RangeError} If `countMax` or `bytesMax` is below 1, or `ageMs` below 0.
 * @throws {TypeError} If `sizeGetter` is no function.
 * @example
 * const batch = new Batch(train, { countMax: 100 })
 * assert.equal(String(batch).startsWith('Batch(countMax=100, bytesMax=null'), true)
 */
export class Batch<T = unknown> extends Cog<T, T[], Required<BatchOptions<T>>> {
  static readonly baseConfig = batchBaseConfig
  private holds: Hold<T>[] = []
  private bytes = 0
  private timer: Binding | null = null

  constructor(train: Winder, options: BatchOptions<T> = {}) {
    super(train, { countMax: 1000, bytesMax: null, ageMs: 1000, sizeGetter: bytesOf, ...options })
    requireAtLeast(1, this.options, 'countMax')
    requireAtLeast(0, this.options, 'ageMs')
    if (this.options.bytesMax !== null) requireAtLeast(1, { bytesMax: this.options.bytesMax }, 'bytesMax')
    requireFunction(this.options, 'sizeGetter')
  }

  turn(data: T): Turn<T[]> {
    const { countMax, bytesMax, ageMs, sizeGetter } = this.options
    // Its size first: a datum that fails here is in no list.
    if (bytesMax !== null) this.bytes += sizeGetter(data)
    this.holds.push(this.train.hold(data))
    if (this.holds.length >= countMax || (bytesMax !== null && this.bytes >= bytesMax)) this.give()
    else this.timer ??= this.train.esc.after(ageMs, this.give)
    return null
  }

  override finish(): void {
    this.give()
  }

  private readonly give = (): void => {
    const { holds } = this
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    this.timer = null
    this.holds = []
    this.bytes = 0
    if (holds.length === 0) return
    const list = holds.map(({ data }) => data)
    this.train.merge(holds, list)
  }
}

function bytesOf(data: unknown): number {
  if (data instanceof Uint8Array) return data.byteLength
  const text: unknown = typeof data === 'string' ? data : JSON.stringify(data)
  return typeof text === 'string' ? Buffer.byteLength(text) : 0
}
