import { createRequire } from 'node:module'
import { ReloadedFile } from '../lib/files/reloaded-file.js'
import {
  Cog,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  requireOneOf,
  setOwn,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { NetworkTable, parseNetwork } from '../lib/net/network-table.js'
import { deepFreeze } from '../lib/text/deep-freeze.js'

const BY = ['key', 'prefix', 'network'] as const
const ON_MISSING = ['pass', 'drop', 'fail'] as const

/** Configuration insert: what an operator may set. */
export const lookupTableBaseConfig = insert({
  file: {
    doc: 'The table: CSV whose first line names the columns, or JSON (`.json`), a list of objects or one object by key.',
    format: 'path',
  },
  keyColumn: { doc: 'The column with the keys; not set: the first.', format: 'text', default: null },
  valueColumn: { doc: 'The column that is wanted; not set: all of the row.', format: 'text', default: null },
  by: {
    doc: 'How a key is found: as it is, as the longest beginning, or as the longest network.',
    format: BY,
    default: 'key',
  },
  ignoreCase: { doc: 'Whether capitals count nothing.', default: false },
  onMissing: {
    doc: 'What is done with a datum whose key is not there: `pass` it as it is, `drop` it, or `fail`.',
    format: ON_MISSING,
    default: 'pass',
    live: true,
  },
  bytesMax: { doc: 'The largest file.', format: 'size', min: 1, default: '64MiB' },
})

/** The operator's settings, where the key is, and where the row goes. */
export interface LookupTableOptions<In, Out = In> extends Partial<Settings<typeof lookupTableBaseConfig>> {
  readonly file: string
  /** Reads the key, text or a number; by default the key `key`. */
  readonly getter?: Getter<In, unknown>
  /** Puts the row or the value in; by default as the key `found`. */
  readonly setter?: Setter<In, unknown, Out>
}

type Resolved<In, Out> = Required<LookupTableOptions<In, Out>>

const DEFAULTS = {
  keyColumn: null,
  valueColumn: null,
  by: 'key',
  ignoreCase: false,
  onMissing: 'pass',
  bytesMax: 64 * 1024 * 1024,
} as const

/** What a key leads to; undefined if it isn't there. */
type Find = (key: string) => unknown

/**
 * Look a key up in a table of a file: names for numbers, owners for hosts, sites for networks.
 *
 * In: any datum with a key. Out: the same datum with the row of its key, an object with a text for each column, or with
 * the value of one column. The file is read when the train starts, and again when it changes; one that is wrong then is
 * told, and the table before stays. Where a key stands several times, the last row counts. What is put into data can't be
 * written, but for the row itself.
 *
 * @throws {RangeError} From the constructor: if a setting is none of its values. From a turn: if the key isn't there and
 * `onMissing` is `fail`.
 * @throws {ConfigError} From start(): if the file can't be read or is no table.
 * @throws {TypeError} From a turn: if the key is neither text nor a number. Null and undefined are not there.
 * @example
 * const settings = { file: '/etc/deadbeat/hosts.csv', valueColumn: 'owner', getter: itemGetter('host') }
 * const lookup = new LookupTable(train, settings)
 * assert.equal(String(lookup).startsWith('LookupTable('), true)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with a key
export class LookupTable<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = lookupTableBaseConfig
  private readonly table: ReloadedFile<Find>

  constructor(train: Winder, options: LookupTableOptions<In, Out>) {
    const accessors = { getter: itemGetter('key'), setter: itemSetter('found') }
    super(train, { ...DEFAULTS, ...accessors, ...options })
    requireAtLeast(1, this.options, 'bytesMax')
    requireOneOf(BY, this.options, 'by')
    requireOneOf(ON_MISSING, this.options, 'onMissing')
    const { esc, log } = this.train
    const { file, bytesMax } = this.options
    const load = (bytes: Buffer): Find => finderOf(rowsOf(bytes, this.options), this.options)
    this.table = new ReloadedFile(esc, log, { setting: 'file', path: file, bytesMax, load })
  }

  override start(): void {
    this.table.open()
  }

  turn(data: In): Turn<In | Out> {
    const { getter, setter, onMissing } = this.options
    const find = this.table.value
    if (find === null) throw new Error('cannot look up before start(), which reads the file')
    const key = getter(data)
    const found = key === null || key === undefined ? undefined : find(textOf(key))
    if (found !== undefined) return [setter(data, copyOf(found))]
    if (onMissing === 'pass') return [data]
    if (onMissing === 'drop') return null
    throw new RangeError(`a key must be in ${this.options.file} (onMissing): ${describeValue(key)} is not`)
  }

  /** Look whether the file has changed. */
  override reopen(): void {
    this.table.check()
  }

  override done(): void {
    this.table.close()
  }
}

type Rows = readonly (readonly [key: string, value: unknown])[]
type TableSettings = Pick<
  Settings<typeof lookupTableBaseConfig>,
  'file' | 'keyColumn' | 'valueColumn' | 'by' | 'ignoreCase'
>

function rowsOf(bytes: Buffer, settings: TableSettings): Rows {
  const text = String(bytes).replace(/^\uFEFF/, '')
  if (!settings.file.toLowerCase().endsWith('.json')) return rowsOfList(csvRows(text), settings)
  const table: unknown = JSON.parse(text)
  if (Array.isArray(table)) return rowsOfList(table, settings)
  if (typeof table !== 'object' || table === null) throw new TypeError('it must be a list of objects, or an object')
  return Object.entries(table).map(([key, value]) => [key, valueOf(value, settings.valueColumn)])
}

function csvRows(text: string): unknown[] {
  // It comes with the first table: most apps have none.
  const { parse } = createRequire(import.meta.url)('csv-parse/sync') as typeof import('csv-parse/sync')
  const [columns = [], ...rows] = parse(text, { skip_empty_lines: true, trim: true })
  return rows.map((row) => {
    const named = {}
    columns.forEach((column, i) => setOwn(named, column, row[i]))
    return named
  })
}

function rowsOfList(list: readonly unknown[], { keyColumn, valueColumn }: TableSettings): Rows {
  return list.map((row, i) => {
    if (typeof row !== 'object' || row === null)
      throw new TypeError(`row ${i + 1} must be an object: it is ${describeValue(row)}`)
    const column = keyColumn ?? Object.keys(row)[0] ?? ''
    const key: unknown = Object.hasOwn(row, column) ? (row as Record<string, unknown>)[column] : undefined
    if (typeof key !== 'string' && typeof key !== 'number') {
      throw new TypeError(
        `row ${i + 1} must have a key in its column ${describeValue(column)}: it has ${describeValue(key)}`,
      )
    }
    return [String(key), valueOf(row, valueColumn)]
  })
}

function valueOf(row: unknown, column: string | null): unknown {
  if (column === null) return deepFreeze(row)
  const value: unknown =
    typeof row === 'object' && row !== null && Object.hasOwn(row, column)
      ? (row as Record<string, unknown>)[column]
      : undefined
  if (value === undefined)
    throw new TypeError(`each row must have the column ${describeValue(column)}: one is ${describeValue(row)}`)
  return deepFreeze(value)
}

function finderOf(rows: Rows, { by, ignoreCase }: TableSettings): Find {
  const fold = (key: string): string => (ignoreCase ? key.toLowerCase() : key)
  if (by === 'network') {
    const table = new NetworkTable<unknown>()
    for (const [key, value] of rows) {
      const network = parseNetwork(key)
      if (network === null)
        throw new RangeError(`each key must be a network or an address: one is ${describeValue(key)}`)
      table.set(network, value)
    }
    return (key) => table.get(key)
  }
  const values = new Map(rows.map(([key, value]) => [fold(key), value]))
  if (by === 'key') return (key) => values.get(fold(key))
  const lengths = [...new Set([...values.keys()].map((key) => key.length))].sort((a, b) => b - a)
  return (key) => {
    const folded = fold(key)
    for (const length of lengths) {
      const value = length > folded.length ? undefined : values.get(folded.slice(0, length))
      if (value !== undefined) return value
    }
    return undefined
  }
}

/** Of a row each datum gets its own, so that it may be written. */
function copyOf(found: unknown): unknown {
  if (typeof found !== 'object' || found === null) return found
  return Array.isArray(found) ? [...(found as unknown[])] : { ...found }
}

function textOf(key: unknown): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number') return String(key)
  throw new TypeError(`a key must be text or a number: it is ${describeValue(key)}`)
}
