/** Catalog blocks as they come from others: by the wire, from a file, from a daemon that isn't ours. */
import { describeValue, toError } from '../../errors/index.js'
import type { Block, Provenance } from '../daemon/block.js'
import { nameOf } from '../daemon/home.js'
import { DiscoveryError } from './discovery-error.js'

/** A block whose hash may be longer than a number of ours: a daemon of Python has 128 bits. */
export interface KnownBlock extends Omit<Block, 'hash'> {
  readonly hash: number | bigint | string
}

/** A block that names where its daemon takes requests and publishes. */
export type Endpoint = Provenance & { readonly pub: number }

/** It becomes a part of a path, and may not stand for another place in it. */
const UUID = /^[a-z0-9][a-z0-9-]{0,63}$/i
const HOST = /^[a-z0-9_]([a-z0-9._:%-]{0,252})$/i
const CURVE = /^[\x21-\x7e]{40}$/
const PORT_MAX = 65_535
const STRATUM_MAX = 64
const ITEMS_MAX = 100_000

/**
 * What somebody says is a block, looked through: its names can become parts of paths, its ports and hosts can be
 * connected to.
 *
 * @throws {DiscoveryError} ERR_BLOCK if it isn't one: the message names the field, the rule and the value.
 * @example
 * const provenance = [{ stratum: 0, hostname: 'localhost', rep: 10079, pub: 10139 }]
 * const sent = { store: 'Lamp', alias: 'main', uuid: 'a-1', time: 5, hash: 7, items: { level: {} }, provenance }
 * assert.equal(readBlock(sent).store, 'lamp')
 * assert.throws(() => readBlock({ ...sent, store: '../x' }), /name of a store must be letters/)
 */
export function readBlock(value: unknown): KnownBlock {
  const from = objectOf(value, 'a block')
  const { time, hash, items, provenance, override } = from
  const block = {
    store: nameIn('store', from['store']),
    alias: nameIn('alias', from['alias']),
    uuid: textIn(from, 'uuid', UUID, 'of letters, digits and -'),
    time: typeof time === 'number' && Number.isFinite(time) ? time : refuse('time', 'a number', time),
    hash: isHash(hash) ? hash : refuse('hash', 'a number or a text', hash),
    items: itemsOf(items),
    provenance: provenanceOf(provenance),
  }
  return override === true ? { ...block, override } : block
}

/** Where a block's daemon itself is, by the block; null if it doesn't say so. */
export function endpointOf({ provenance }: Pick<KnownBlock, 'provenance'>): Endpoint | null {
  return provenance.find((each): each is Endpoint => each.pub !== undefined) ?? null
}

/** Whether two blocks say the same of the same daemon. */
export function isSameBlock(one: KnownBlock, other: KnownBlock): boolean {
  return one.uuid === other.uuid && isSameHash(one.hash, other.hash)
}

/** Whether two hashes are the same, however they came. */
export function isSameHash(one: unknown, other: unknown): boolean {
  return isHash(one) && isHash(other) && String(one) === String(other)
}

function isHash(value: unknown): value is number | bigint | string {
  return ['number', 'bigint', 'string'].includes(typeof value)
}

function itemsOf(value: unknown): Block['items'] {
  const items = objectOf(value, 'items')
  const keys = Object.keys(items)
  if (keys.length > ITEMS_MAX) refuse('items', `at most ${ITEMS_MAX}`, keys.length)
  // Among the keys may be __proto__, which is written as any other one here.
  return Object.fromEntries(keys.map((key) => [key.toLowerCase(), objectOf(items[key], `items.${key}`)]))
}

function provenanceOf(value: unknown): readonly Provenance[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > STRATUM_MAX)
    return refuse('provenance', `a list of 1 to ${STRATUM_MAX}`, value)
  return value.map((each: unknown, i): Provenance => {
    const from = objectOf(each, `provenance.${i}`)
    const { stratum, rep, pub, curve } = from
    return {
      stratum: typeof stratum === 'number' && Number.isSafeInteger(stratum) ? stratum : i,
      hostname: textIn(from, 'hostname', HOST, 'of a host'),
      rep: isPort(rep) ? rep : refuse(`provenance.${i}.rep`, 'a port', rep),
      ...(pub === undefined || pub === null
        ? {}
        : { pub: isPort(pub) ? pub : refuse(`provenance.${i}.pub`, 'a port', pub) }),
      ...(curve === undefined || curve === null ? {} : { curve: textIn(from, 'curve', CURVE, 'of 40 characters') }),
    }
  })
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= PORT_MAX
}

function nameIn(field: 'store' | 'alias', value: unknown): string {
  try {
    return nameOf(field, typeof value === 'string' ? value : '')
  } catch (error) {
    throw new DiscoveryError('ERR_BLOCK', `a catalog block can't be used: ${toError(error).message}`, { cause: error })
  }
}

function textIn(from: Readonly<Record<string, unknown>>, field: string, rule: RegExp, what: string): string {
  const value = from[field]
  return typeof value === 'string' && rule.test(value) ? value : refuse(field, `a text ${what}`, value)
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  return refuse(what, 'an object', value)
}

function refuse(field: string, rule: string, value: unknown): never {
  throw new DiscoveryError(
    'ERR_BLOCK',
    `a catalog block can't be used: ${field} must be ${rule}: it is ${describeValue(value)}`,
  )
}
