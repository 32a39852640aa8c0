/** Deleting a key, keys that begin alike, or a tree of keys, in one commit. */
import type { Committer } from '../commit/committer.js'
import type { Compare } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import { ConfigVanished, TooDeepError } from '../errors.js'
import { MAX_DEPTH, rangesBelow, subtreeRanges } from '../levels.js'
import type { DeleteOptions } from '../options.js'
import { checkPath, checkPrefix, keyOf, pathOf } from '../path.js'

/** As `Backend.delete`. */
export async function deleteKeys(committer: Committer, path: string, options: DeleteOptions): Promise<number> {
  const { mustExist = true, recursive = false, prefix = false } = options
  if (prefix) checkPrefix(path)
  else checkPath(path)
  const key = keyOf(path)
  const doomed = subtreeRanges(path, recursive ? options : { prefix, maxDepth: 1 })
  const below = recursive ? rangesBelow(path, options) : []
  const { ok, results } = await committer.commit(
    [
      ...(mustExist ? [isThere(key, true)] : []),
      ...below.map((range): Compare => ({ ...range, target: 'version', is: '=', than: 0 })),
    ],
    doomed.map((range) => ({ op: 'delete', ...range })),
    [{ key }, ...below].map((range) => ({ op: 'range', ...range, keysOnly: true, limit: 1 })),
  )
  if (ok) return results.reduce((sum, result) => sum + (result.op === 'delete' ? result.deleted : 0), 0)
  const [itself, ...deeper] = results.map((result) => (result.op === 'range' ? result.kvs[0]?.key : undefined))
  if (mustExist && itself === undefined) throw new ConfigVanished(path, 'delete')
  throw new TooDeepError(path, options.maxDepth ?? MAX_DEPTH, firstPath(deeper))
}

/** The condition that a key exists, or doesn't. */
export function isThere(key: Key, is: boolean): Compare {
  return { key, target: 'version', is: is ? '!=' : '=', than: 0 }
}

function firstPath(keys: readonly (Key | undefined)[]): string {
  const key = keys.find((each) => each !== undefined) ?? ''
  return pathOf(key) ?? key
}
