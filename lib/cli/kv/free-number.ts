/** Names with a running number: the first one that is free. */
import type { Engine } from '../../kv/engine/engine.js'
import { prefixRange } from '../../kv/engine/range.js'
import { keyOf, pathOf } from '../../kv/path.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'

/** A path whose last name has a place for a number. */
export interface Numbered {
  /** What stands before and behind the number. */
  readonly before: string
  readonly after: string
  readonly digits: number
}

/**
 * A path with `#` for each digit of a number in its last name.
 *
 * @throws {KvCommandError} If it has none, or more than one such place.
 * @example
 * assert.deepEqual(numbered('/pb/pb-#####'), { before: '/pb/pb-', after: '', digits: 5 })
 */
export function numbered(path: string): Numbered {
  const [, before, marks = '', after] = /^([^#]*\/[^#/]*)(#{1,9})([^#/]*)$/.exec(path) ?? []
  if (before === undefined || after === undefined) {
    throw new KvCommandError(`--number needs ### in the last name of the path, once: it is ${path}`, KV_EXIT.usage)
  }
  return { before, after, digits: marks.length }
}

/**
 * The path with the first number, from 0 on, that no key has.
 *
 * @throws {KvCommandError} If all are taken.
 */
export async function withFreeNumber(engine: Engine, { before, after, digits }: Numbered): Promise<string> {
  const { results } = await engine.range([{ ...prefixRange(keyOf(before)), keysOnly: true }])
  const taken = new Set(results[0]?.kvs.map(({ key }) => pathOf(key)))
  for (let number = 0; number < 10 ** digits; number++) {
    const path = before + String(number).padStart(digits, '0') + after
    if (!taken.has(path)) return path
  }
  throw new KvCommandError(`all numbers of ${before}${'#'.repeat(digits)}${after} are taken`, KV_EXIT.conflict)
}
