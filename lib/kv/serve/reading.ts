/** Reading a range as etcd's API has it: what an engine is asked, and what becomes of its answer. */
import type { Kv, RangeRequest, RangeResult } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import type { Draft } from '../rpc/message.js'
import type { MessageOf, RangeRequest as RangeMessage, RangeResponse } from '../rpc/messages.js'
import { refusal } from './refusal.js'

/** A read as it is asked for. */
export type RangeAsked = MessageOf<typeof RangeMessage>

const NOTHING = new Uint8Array(0)
const ORDER = { none: 0, ascend: 1, descend: 2 } as const
const TARGETS = ['key', 'version', 'create', 'mod', 'value'] as const

/** A key or a range as an engine has it: without an end it is one key. */
export function rangeOf({ key, end }: { readonly key: string; readonly end: string }): Range {
  return end === '' ? { key } : { key, end }
}

/** @throws {Refusal} If it can't be answered. */
export function checkRange({ key, sortOrder, sortTarget }: RangeAsked): void {
  if (key === '') throw refusal('noKey')
  const isKnown = Object.values<number>(ORDER).includes(sortOrder) && TARGETS[sortTarget] !== undefined
  if (!isKnown) throw refusal('sortOption')
}

/** What an engine is asked. Where keys are to be sorted or sifted it gives all, and the limit comes behind that. */
export function readOf(asked: RangeAsked): RangeRequest {
  const { countOnly, keysOnly, limit } = asked
  const isWhole = isSifted(asked) || isSorted(asked)
  return {
    ...rangeOf(asked),
    countOnly,
    keysOnly: keysOnly && TARGETS[asked.sortTarget] !== 'value',
    limit: isWhole || limit < 0 ? 0 : limit,
  }
}

/** The answer to a read. */
export function readAnswer(asked: RangeAsked, { kvs, count }: RangeResult): Draft<MessageOf<typeof RangeResponse>> {
  if (asked.countOnly) return { count }
  const sifted = isSifted(asked) ? kvs.filter((kv) => isWanted(asked, kv)) : kvs
  const sorted = isSorted(asked) ? [...sifted].sort(orderOf(asked)) : sifted
  const limit = asked.limit > 0 ? asked.limit : Infinity
  const first = sorted.length > limit ? sorted.slice(0, limit) : sorted
  const available = isSifted(asked) ? sifted.length : count
  return {
    kvs: asked.keysOnly ? first.map((kv) => ({ ...kv, value: NOTHING })) : first,
    more: available > limit,
    count,
  }
}

function isSorted({ sortOrder, sortTarget }: RangeAsked): boolean {
  // Keys come in their order anyway.
  return TARGETS[sortTarget] !== 'key' || sortOrder === ORDER.descend
}

function isSifted({ modMin, modMax, createMin, createMax }: RangeAsked): boolean {
  return modMin !== 0 || modMax !== 0 || createMin !== 0 || createMax !== 0
}

function isWanted({ modMin, modMax, createMin, createMax }: RangeAsked, { mod, create }: Kv): boolean {
  const isModWanted = mod >= modMin && (modMax === 0 || mod <= modMax)
  return isModWanted && create >= createMin && (createMax === 0 || create <= createMax)
}

function orderOf({ sortOrder, sortTarget }: RangeAsked): (a: Kv, b: Kv) => number {
  const ascending = ascendingBy(TARGETS[sortTarget] ?? 'key')
  return sortOrder === ORDER.descend ? (a, b) => ascending(b, a) : ascending
}

function ascendingBy(target: (typeof TARGETS)[number]): (a: Kv, b: Kv) => number {
  switch (target) {
    case 'key':
      return (a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))
    case 'value':
      return (a, b) => Buffer.compare(a.value, b.value)
    default:
      return (a, b) => a[target] - b[target]
  }
}
