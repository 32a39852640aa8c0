import {
  Cog,
  idGetter,
  insert,
  requireAtLeast,
  requireFunction,
  type Getter,
  type Json,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const dedupeBaseConfig = insert({
  windowMs: { doc: 'How long a key is remembered.', format: 'duration', min: 1, default: '1m', live: true },
  keysMax: { doc: 'How many keys are remembered; the oldest goes first.', format: 'nat', min: 1, default: 100_000 },
})

/** The operator's settings, what makes two data repeats of each other, and the id that log messages carry. */
export interface DedupeOptions<T> extends Partial<Settings<typeof dedupeBaseConfig>> {
  /** Reads the key: text, a number or a boolean; a list or an object counts as its JSON. */
  readonly keyGetter: Getter<T, unknown>
  /** Reads the id; by default the key `id`. */
  readonly idGetter?: Getter<T, string>
}

/**
 * Swallow data whose key was already seen within the window.
 *
 * In: any datum. Out: the same datum, or nothing. A repeat doesn't prolong the window, so that a steady stream of one
 * key still shows itself once per window. A datum without a key (undefined, null) is nobody's repeat and goes on.
 *
 * @throws {RangeError} If `windowMs` or `keysMax` is below 1.
 * @throws {TypeError} If `keyGetter` is not a function.
 * @example
 * const dedupe = new Dedupe(train, { windowMs: 60_000, keyGetter: itemGetter('ip') })
 * assert.deepEqual(dedupe.turn({ id: 'a', ip: '192.0.2.1' }), [{ id: 'a', ip: '192.0.2.1' }])
 * assert.equal(dedupe.turn({ id: 'b', ip: '192.0.2.1' }), null)
 */
export class Dedupe<T> extends Cog<T, T, Required<DedupeOptions<T>>> {
  static readonly baseConfig = dedupeBaseConfig
  private readonly expiries = new Map<unknown, number>() // Oldest key first: a Map keeps insertion order.

  constructor(train: Winder, options: DedupeOptions<T>) {
    super(train, { windowMs: 60_000, keysMax: 100_000, idGetter: idGetter(), ...options })
    requireAtLeast(1, this.options, 'windowMs', 'keysMax')
    requireFunction(this.options, 'keyGetter', 'idGetter')
  }

  turn(data: T): Turn<T> {
    const { keyGetter, idGetter, windowMs } = this.options
    const key = normalise(keyGetter(data))
    if (key === undefined || key === null) return [data]
    const now = this.train.esc.now()
    if ((this.expiries.get(key) ?? 0) > now) {
      this.train.log.debug({ id: idGetter(data), key }, 'swallowed a repeat')
      return null
    }
    this.remember(key, now + windowMs)
    return [data]
  }

  /** The keys that are still remembered, each with the time until when, on the scale of the loop's `now()`. */
  override snapshot(): Json {
    const now = this.train.esc.now()
    return [...this.expiries].filter(([, expiry]) => expiry > now) as Json
  }

  override restore(json: Json): void {
    for (const [key, expiry] of json as [unknown, number][]) this.remember(key, expiry)
  }

  private remember(key: unknown, expiry: number): void {
    this.expiries.delete(key) // Else set() would leave an expired key at its old place.
    this.expiries.set(key, expiry)
    if (this.expiries.size <= this.options.keysMax) return
    const [oldest] = this.expiries.keys()
    this.expiries.delete(oldest)
  }
}

/** A key that equals itself when it is read again, that can be written as JSON, and that no key of another kind becomes. */
function normalise(key: unknown): unknown {
  if (typeof key === 'string') return key.startsWith('\0') ? ofKind('string', key) : key
  if (typeof key === 'object' && key !== null) return ofKind('object', JSON.stringify(key))
  if (typeof key === 'number' && !Number.isFinite(key)) return ofKind('number', String(key))
  return typeof key === 'bigint' ? ofKind('bigint', String(key)) : key
}

/** No text begins so that is its own key. */
const ofKind = (kind: string, text: string): string => `\0${kind}:${text}`
