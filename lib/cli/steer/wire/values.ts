/** Values of items as commands print them. */
import { types } from 'node:util'
import { escapeControls } from '../../../errors/escape-controls.js'
import type { Item } from '../../../items/index.js'

/** How values are to be shown; neither: as people read them, and in JSON as they are. */
export interface FormatFlags {
  readonly formatted?: boolean
  readonly unformatted?: boolean
}

/** A value on one line: as people read it, or as JSON. What is unknown or was cleared is `null`. */
export function textOf(item: Item, value: unknown, { unformatted = false }: FormatFlags): string {
  if (value === null) return 'null'
  if (!unformatted) return escapeControls(item.format(value))
  return typeof value === 'string' ? escapeControls(value) : jsonOf(value)
}

/**
 * That a daemon says of a value that it may be out of date.
 *
 * @example
 * assert.equal(staleText('oven.heat', 0), 'oven.heat is stale: it is of 1970-01-01T00:00:00.000Z, and may be out of date')
 */
export function staleText(name: string, time: number): string {
  return `${name} is stale: it is of ${new Date(time * 1000).toISOString()}, and may be out of date`
}

/** A value within JSON: as it is, unless formatted ones are wanted. */
export function fieldOf(item: Item, value: unknown, { formatted = false }: FormatFlags): unknown {
  return formatted && value !== null ? item.format(value) : value
}

/**
 * JSON of anything that a daemon sends: numbers that JSON doesn't have as text, arrays in bulk as lists.
 *
 * @example
 * assert.equal(jsonOf({ data: new Float64Array([1, NaN]), big: 5n }), '{"data":[1,"NaN"],"big":"5"}')
 */
export function jsonOf(value: unknown, indent = 0): string {
  return JSON.stringify(value, replaced, indent)
}

function replaced(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value)
  return types.isTypedArray(value) ? Array.from(value as Float64Array) : value
}
