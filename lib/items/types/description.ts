/** An item's description as catalogs and item files have it, and as its options. */
import type { ItemOptions } from '../model/item-options.js'
import { isSettable } from '../model/item-options.js'
import { keptValue } from '../model/same-value.js'
import { isPersist } from '../persist/persist-options.js'
import { ITEM_TYPES } from './values.js'

/** An item as it stands in a catalog, by mKTL; fields that others have added among them. */
export type CatalogEntry = Readonly<Record<string, unknown>>

/** The fields that have the same name and meaning on both sides, and what each must be to be understood. */
const SAME: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => (ITEM_TYPES as readonly unknown[]).includes(value),
  units: (value) => typeof value === 'string' || isTexts(value),
  format: isText,
  enumerators: isTexts,
  choices: (value) => Array.isArray(value) && value.every((one) => isText(one) || isNumber(one)),
  range: (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber),
  step: (value) => isNumber(value) && value > 0,
  lengthMax: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  pattern: isText,
  nan: (value) => ['refuse', 'clear', 'keep'].includes(value as string),
  nullable: isFlag,
  settable: isFlag,
  gettable: isFlag,
  persist: isPersist,
  isStream: isFlag,
  initial: () => true,
}

/**
 * The entry of an item in a catalog.
 *
 * @example
 * const options = { type: 'numeric', doc: 'How bright.', range: [0, 10], compute: () => 1 }
 * assert.deepEqual(entryOf(options), { type: 'numeric', description: 'How bright.', range: [0, 10], settable: false })
 */
export function entryOf(options: ItemOptions): CatalogEntry {
  const { doc, extra = {}, enumerators, isSecret = false, persist = false, initial } = options
  const known = Object.entries(options).filter(([name]) => Object.hasOwn(SAME, name))
  return Object.fromEntries<unknown>(
    [
      ...Object.entries(extra),
      ...known,
      ...(doc === undefined ? [] : [['description', doc] as const]),
      ...(options.type === 'boolean' && enumerators === undefined
        ? [['enumerators', { 0: 'False', 1: 'True' }] as const]
        : []),
      ...(isSettable(options) ? [] : [['settable', false] as const]),
      ...(persist === false ? [] : [['persist', true] as const]),
    ].filter(([name, value]) => value !== undefined && !(name === 'initial' && (isSecret || initial === null))),
  )
}

/**
 * The options of an item of a catalog. What isn't understood is kept under `extra`, and comes back in its entry.
 *
 * @example
 * const options = optionsOf({ type: 'numeric', description: 'How bright.', range: 'any', colour: 'red' })
 * assert.deepEqual(options, { type: 'numeric', doc: 'How bright.', extra: { range: 'any', colour: 'red' } })
 */
export function optionsOf(entry: CatalogEntry): ItemOptions {
  const options = new Map<string, unknown>()
  const extra = new Map<string, unknown>()
  for (const [name, value] of Object.entries(entry)) {
    if (name === 'description' && isText(value)) options.set('doc', value)
    else (Object.hasOwn(SAME, name) && SAME[name]?.(value) === true ? options : extra).set(name, keptValue(value))
  }
  if (extra.size > 0) options.set('extra', Object.fromEntries(extra))
  return Object.fromEntries(options)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isTexts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText)
}
