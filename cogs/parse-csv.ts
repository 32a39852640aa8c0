import { parse } from 'csv-parse/sync'
import {
  Cog,
  describeValue,
  insert,
  setOwn,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Json,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const parseCsvBaseConfig = insert({
  columns: { doc: 'The names of the columns; not set: a row becomes a list.', format: 'strings', default: null },
  header: { doc: 'Whether the first line names the columns.', default: false },
  delimiter: { doc: 'What stands between two fields.', format: 'text', default: ',' },
  quote: { doc: 'What stands around a field that holds a delimiter; empty: nothing does.', default: '"' },
})

/** The operator's settings, where the text is, and where the row goes. */
export interface ParseCsvOptions<Out, In = string> extends Partial<Settings<typeof parseCsvBaseConfig>> {
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the row in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, Out, Out>
}

type Resolved<Out, In> = Required<ParseCsvOptions<Out, In>>

const DEFAULTS = {
  columns: null,
  header: false,
  delimiter: ',',
  quote: '"',
  getter: wholeGetter,
  setter: wholeSetter,
}

/**
 * Parse a line of CSV (RFC 4180): one line, one row.
 *
 * In: a line of text, or any datum that holds one. Out: an object with a text for each column, or a list of texts if
 * no columns are known; nothing for a blank line. With `header` the first line names the columns, and a line that is
 * the same as it is swallowed, so that each file of many may begin with it.
 *
 * @throws {SyntaxError} From a turn: if the quotes are wrong; also if a quoted field goes on in the next line.
 * @throws {TypeError} From a turn: if there is no text.
 * @throws {RangeError} From a turn: if a row has more or fewer fields than there are columns. From the constructor: if both
 * `columns` and `header` are given, or if the delimiter is empty or the quote. Wherever columns come from: if a name is
 * there twice.
 * @example
 * const parse = new ParseCsv(train, { columns: ['ip', 'agent'] })
 * assert.deepEqual(parse.turn('192.0.2.1,"curl, 8.5"'), [{ ip: '192.0.2.1', agent: 'curl, 8.5' }])
 */
export class ParseCsv<Out = Record<string, string>, In = string> extends Cog<In, Out, Resolved<Out, In>> {
  static readonly baseConfig = parseCsvBaseConfig
  private columns: readonly string[] | null
  private header: string | null = null

  constructor(train: Winder, options: ParseCsvOptions<Out, In> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<Out, In>)
    const { columns, header, delimiter, quote } = this.options
    if (header && columns !== null) throw new RangeError('columns must not be given with header: the header names them')
    if (delimiter === '' || delimiter === quote) {
      throw new RangeError(`delimiter must be neither empty nor the quote: it is ${describeValue(delimiter)}`)
    }
    this.columns = columns && requireUnique(columns)
  }

  turn(data: In): Turn<Out> {
    const { getter, setter, header, delimiter } = this.options
    const text: unknown = getter(data)
    if (typeof text !== 'string') throw new TypeError(`the CSV must be text: it is ${describeValue(text)}`)
    const line = bare(text)
    // Tabs may be the delimiters of empty fields.
    if ((line === this.header && this.columns !== null) || (line.trim() === '' && !line.includes(delimiter)))
      return null
    if (header && this.columns === null) {
      this.takeHeader(line)
      return null
    }
    const fields = this.fields(line)
    return [setter(data, (this.columns ? rowOf(fields, this.columns, line) : fields) as Out)]
  }

  /** The header, a bad one too, since a restart goes on in the middle of a file. */
  override snapshot(): Json {
    return this.header
  }

  override restore(json: Json): void {
    if (typeof json !== 'string' || !this.options.header) return
    this.header = json
    try {
      this.columns = requireUnique(this.fields(json))
    } catch {
      // It failed in the run before, too: here each row does, and its error names the header.
    }
  }

  private takeHeader(line: string): void {
    if (this.header !== null) {
      throw new TypeError(`the header must be read before a row: it could not be, it is ${describeValue(this.header)}`)
    }
    this.header = line // Even if it is bad: no row may be taken for it.
    this.columns = requireUnique(this.fields(line))
  }

  private fields(line: string): readonly string[] {
    const { delimiter, quote } = this.options
    return cut(line, delimiter, quote) ?? diagnose(line, delimiter, quote)
  }
}

/** The line without a byte order mark, and without the carriage return that RFC 4180 has before the line feed. */
function bare(text: string): string {
  const end = text.endsWith('\r') ? text.length - 1 : text.length
  return text.slice(text.startsWith('\uFEFF') ? 1 : 0, end)
}

/** The fields of a line whose quotes are as they should be, else null. csv-parse takes 20 times as long for one line. */
function cut(line: string, delimiter: string, quote: string): string[] | null {
  if (quote === '' || !line.includes(quote)) return line.split(delimiter)
  const fields: string[] = []
  for (let at = 0; ; at += delimiter.length) {
    if (line.startsWith(quote, at)) {
      const end = endOfQuoted(line, at, quote)
      if (end === -1) return null
      fields.push(line.slice(at + quote.length, end).replaceAll(quote + quote, quote))
      at = end + quote.length
    } else {
      const next = line.indexOf(delimiter, at)
      const field = line.slice(at, next === -1 ? undefined : next)
      if (field.includes(quote)) return null
      fields.push(field)
      at += field.length
    }
    if (at === line.length) return fields
    if (!line.startsWith(delimiter, at)) return null
  }
}

function endOfQuoted(line: string, start: number, quote: string): number {
  let end = line.indexOf(quote, start + quote.length)
  while (end !== -1 && line.startsWith(quote, end + quote.length)) end = line.indexOf(quote, end + 2 * quote.length)
  return end
}

function diagnose(line: string, delimiter: string, quote: string): string[] {
  try {
    return parse(line, { delimiter, quote, escape: quote, relax_column_count: true })[0] ?? []
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    const reason = code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quoted field must end in the line in which it begins' : message
    throw new SyntaxError(`cannot parse as CSV: ${reason}: ${describeValue(line)}`, { cause: error })
  }
}

function rowOf(fields: readonly string[], columns: readonly string[], line: string): Record<string, string> {
  if (fields.length !== columns.length) {
    throw new RangeError(`a row must have ${columns.length} fields: it has ${fields.length}: ${describeValue(line)}`)
  }
  const row: Record<string, string> = {}
  for (let i = 0; i < columns.length; i++) setOwn(row, columns[i] ?? '', fields[i])
  return row
}

function requireUnique(columns: readonly string[]): readonly string[] {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined) throw new RangeError(`a column's name must be there once: twice is ${describeValue(twice)}`)
  return columns
}
