import {
  Cog,
  describeValue,
  insert,
  wholeGetter,
  type Getter,
  type Json,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const formatCsvBaseConfig = insert({
  columns: {
    doc: 'The keys that are written, in this order; not set: data are lists.',
    format: 'strings',
    default: null,
  },
  header: {
    doc: 'Whether a line with the names of the columns comes first, in each run anew; files get it from their drain.',
    default: false,
  },
  delimiter: { doc: 'What stands between two fields.', format: 'text', default: ',' },
})

/** The operator's settings, and where the row is. */
export interface FormatCsvOptions<In> extends Partial<Settings<typeof formatCsvBaseConfig>> {
  /** Reads the row, an object or a list; by default the datum is the row. */
  readonly getter?: Getter<In, unknown>
}

const DEFAULTS = { columns: null, header: false, delimiter: ',', getter: wholeGetter }

/**
 * Write rows as CSV (RFC 4180), without a line end.
 *
 * In: an object, of which the named columns are written, or a list. Out: a line of text; with `header` two for the
 * first datum ever. Undefined and null become empty fields, dates ISO 8601, objects and lists JSON. A field that holds
 * the delimiter, a quote, a line break or a space at its edge is quoted; a line break stays in it, as the RFC wants.
 *
 * `header` is for a pipe, which begins with the run. A file may be there before and is rotated: it begins with the names
 * of the columns, once, if its LineDrain has `headerLine` as its `header`.
 *
 * @throws {TypeError} From a turn: if a row is neither an object nor a list, or an object where no columns are named.
 * @throws {RangeError} If `header` is set without `columns`, or if the delimiter is empty, a quote or a line break.
 * @example
 * const format = new FormatCsv(train, { columns: ['ip', 'agent'] })
 * assert.deepEqual(format.turn({ ip: '192.0.2.1', agent: 'curl, 8.5' }), ['192.0.2.1,"curl, 8.5"'])
 * const drain = new LineDrain(train, { path: '/var/log/agents.csv', header: format.headerLine })
 * assert.equal(drain.options.header, 'ip,agent')
 */
export class FormatCsv<In = unknown> extends Cog<In, string, Required<FormatCsvOptions<In>>> {
  static readonly baseConfig = formatCsvBaseConfig
  private isHeaderDue: boolean
  private readonly special: RegExp

  constructor(train: Winder, options: FormatCsvOptions<In> = {}) {
    super(train, { ...DEFAULTS, ...options })
    const { columns, header, delimiter } = this.options
    if (header && columns === null) throw new RangeError('columns must be given with header: they are what it says')
    if (delimiter === '' || /["\r\n]/.test(delimiter)) {
      throw new RangeError(
        `delimiter must be neither empty nor a quote nor a line break: it is ${describeValue(delimiter)}`,
      )
    }
    this.isHeaderDue = header
    this.special = new RegExp(`["\\r\\n]|^\\s|\\s$|${delimiter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}`)
  }

  turn(data: In): Turn<string> {
    const { getter, columns } = this.options
    const line = this.join(fieldsOf(getter(data), columns))
    if (!this.isHeaderDue || columns === null) return [line]
    this.isHeaderDue = false
    return [this.headerLine, line]
  }

  /**
   * The line with the names of the columns: the `header` of a LineDrain.
   *
   * @throws {TypeError} If no columns are named.
   */
  get headerLine(): string {
    const { columns } = this.options
    if (columns === null) throw new TypeError('columns must be given for a header: they are what it says')
    return this.join(columns)
  }

  /** Whether the header is still to be written. */
  override snapshot(): Json {
    return this.isHeaderDue
  }

  override restore(json: Json): void {
    this.isHeaderDue = json === true
  }

  private join(fields: readonly unknown[]): string {
    const { delimiter } = this.options
    let line = ''
    for (let i = 0; i < fields.length; i++) line += (i === 0 ? '' : delimiter) + this.quote(textOf(fields[i]))
    return line === '' && fields.length === 1 ? '""' : line // Else a reader would take it for a blank line.
  }

  private quote(text: string): string {
    return this.special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
}

function fieldsOf(row: unknown, columns: readonly string[] | null): readonly unknown[] {
  if (Array.isArray(row)) return row
  if (typeof row !== 'object' || row === null || columns === null) {
    const rule = columns === null ? 'a list, since no columns are named' : 'an object or a list'
    throw new TypeError(`a row must be ${rule}: it is ${describeValue(row)}`)
  }
  return columns.map((name) => (Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined))
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : (value as number | bigint | boolean).toString()
}
