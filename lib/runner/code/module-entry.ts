/** A stored module as somebody has written it: an ES module that code and other modules import (specification A3). */
import type { Json } from '../../kv/index.js'
import { checkedEntry, LANG, REQUIRES, SIGNATURE, TEXT, type FieldRule, type Lang } from './entry-rules.js'
import type { Signature } from './signature.js'

/** A stored module. */
export interface ModuleEntry {
  /** The text of an ES module. */
  readonly code: string
  readonly lang: Lang
  /** The dotted paths of the modules that it imports. */
  readonly requires: readonly string[]
  /** What it is for, in a line. */
  readonly info: string
  readonly signature?: Signature
}

const RULES: { readonly [K in keyof Required<ModuleEntry>]: FieldRule } = {
  ...{ code: TEXT, lang: LANG, requires: REQUIRES, info: TEXT, signature: SIGNATURE },
}

const DEFAULTS = { lang: 'js', requires: [], info: '' } satisfies Partial<ModuleEntry>

/**
 * A module from what is stored, with what isn't given filled in.
 *
 * @param path its dotted path, for messages.
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 * @example
 * assert.deepEqual(readModuleEntry({ code: 'export const pi = 3' }, 'lib.math').requires, [])
 * assert.throws(() => readModuleEntry({ code: '', requires: 'a' }, 'x'), /module x can't be used: requires must be a list/)
 */
export function readModuleEntry(value: Json, path: string): ModuleEntry {
  return Object.assign<Omit<ModuleEntry, 'code'>, Pick<ModuleEntry, 'code'>>(
    { ...DEFAULTS },
    checkedEntry(`module ${path}`, value, RULES),
  )
}
