/**
 * The catalog block: what a daemon tells of itself, so that clients find it and know its items. By mKTL, whose names and
 * units it has: `time` is in seconds.
 */
import { createHash } from 'node:crypto'

/** An item for whoever doesn't know it: the fields that stand in an item file. */
export type ItemDescription = Readonly<Record<string, unknown>>

/** Who hands a block on: stratum 0 is the daemon itself, each registry on the way is one more. */
export interface Provenance {
  readonly stratum: number
  /** A name or an address that clients can reach. */
  readonly hostname: string
  /** The port for requests. */
  readonly rep: number
  /** The port for publications; only the daemon itself has one. */
  readonly pub?: number
  /** The public key of the daemon where it asks for encryption, as Z85. */
  readonly curve?: string
}

/** A catalog block. */
export interface Block {
  readonly store: string
  readonly alias: string
  readonly uuid: string
  /** When what it says changed last, in seconds since the Unix epoch. */
  readonly time: number
  /** The same as long as it says the same, and no other daemon's. */
  readonly hash: number
  readonly items: Readonly<Record<string, ItemDescription>>
  readonly provenance: readonly Provenance[]
  /** In an announcement: that this daemon takes the place of another one. */
  readonly override?: boolean
}

/** What a block is made of. */
export interface BlockParts {
  readonly store: string
  readonly alias: string
  readonly uuid: string
  readonly items: Readonly<Record<string, ItemDescription>>
  readonly provenance: readonly Provenance[]
  /** The time of a block that says it now for the first time, in seconds. */
  readonly time: number
  /** The block of the daemon's last run; null if there is none. */
  readonly before: { readonly hash: unknown; readonly time: number } | null
}

/**
 * The block of a daemon. As long as it says what it said before, it keeps its time.
 *
 * @example
 * const parts = { store: 'lamp', alias: 'main', uuid: 'a', items: { level: { type: 'numeric' } }, provenance: [] }
 * const block = blockOf({ ...parts, time: 5, before: null })
 * assert.equal(blockOf({ ...parts, time: 9, before: block }).time, 5)
 */
export function blockOf({ before, time, ...parts }: BlockParts): Block {
  const { store, alias, uuid, items, provenance } = parts
  const hash = hashOf(uuid, items)
  return { store, alias, uuid, time: before?.hash === hash ? before.time : time, hash, items, provenance }
}

/**
 * The hash of descriptions: 53 bits, so that a number of JSON has room for it. That of two daemons differs even if they
 * have the same items: blocks with the same hash are taken for the same. The order of the fields doesn't count.
 *
 * @example
 * const one = hashOf('a', { x: { type: 'numeric', units: 's' } })
 * assert.equal(one, hashOf('a', { x: { units: 's', type: 'numeric' } }))
 * assert.notEqual(one, hashOf('b', { x: { type: 'numeric', units: 's' } }))
 */
export function hashOf(uuid: string, items: Readonly<Record<string, ItemDescription>>): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([uuid, sorted(items)]))
    .digest()
  return Number(digest.readBigUInt64BE() >> 11n)
}

/** The same with every object as its pairs in order; `pairs` tells it from a list. Among the keys may be __proto__. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return { pairs: pairs.map(([key, one]) => [key, sorted(one)]) }
}
