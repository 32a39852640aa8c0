/** Targets: what a request is for. */
import { describeValue } from '../../errors/index.js'
import { ItemError } from '../model/item-error.js'

/** A target taken apart, in lower case. */
export interface Target {
  /** Empty in `_hash` and `._hash`, which mean every store. */
  readonly store: string
  readonly key: string
}

/**
 * Take a target apart, whatever the case of its letters: the first dot stands between the store and the key.
 *
 * @throws {ItemError} ERR_TARGET if it has none.
 * @example
 * assert.deepEqual(targetOf('KPF.Red.Temp'), { store: 'kpf', key: 'red.temp' })
 * assert.deepEqual(targetOf('_hash'), { store: '', key: '_hash' })
 */
export function targetOf(text: string): Target {
  const target = text.toLowerCase()
  const dot = target.indexOf('.')
  if (dot >= 0) return { store: target.slice(0, dot), key: target.slice(dot + 1) }
  if (target === '_hash') return { store: '', key: target }
  throw new ItemError('ERR_TARGET', `a target must be STORE.KEY: it is ${describeValue(text)}`)
}
