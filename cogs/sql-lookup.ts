import { LRUCache } from 'lru-cache'
import {
  Cog,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  requireFunction,
  requireOneOf,
  toError,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import type { Database, Row } from '../lib/sql/database.js'
import { SQL_DEFAULTS, databaseName, openDatabase, requireDatabaseUrl, sqlConfig } from '../lib/sql/sql-config.js'
import { requireName, requireTable, selectStatement } from '../lib/sql/statements.js'

const ON_MISSING = ['pass', 'drop', 'fail'] as const
const ON_ERROR = ['pass', 'fail'] as const
const WARN_EVERY_MS = 60_000

/** Configuration insert: what an operator may set. */
export const sqlLookupBaseConfig = insert({
  ...sqlConfig,
  keyColumn: { doc: 'The column with the keys; it should have an index.', format: 'text' },
  columns: { doc: 'The columns that are wanted.', format: 'strings' },
  concurrencyMax: { doc: 'How many connections there are, and look-ups under way.', format: 'nat', min: 1, default: 8 },
  cacheMax: { doc: 'How many keys are remembered.', format: 'nat', min: 1, default: 10_000 },
  ttlMs: { doc: 'How long a row is remembered.', format: 'duration', min: 1, default: '5m', live: true },
  negativeTtlMs: {
    doc: 'How long it is remembered that a key has no row.',
    format: 'duration',
    min: 1,
    default: '1m',
    live: true,
  },
  errorTtlMs: {
    doc: 'With `onError: pass`, how long a key whose look-up failed passes without another.',
    format: 'duration',
    min: 1,
    default: '10s',
    live: true,
  },
  onMissing: {
    doc: 'What is done with a datum whose key has no row: `pass` it as it is, `drop` it, or `fail`.',
    format: ON_MISSING,
    default: 'pass',
    live: true,
  },
  onError: {
    doc: 'What is done if the database gives no answer: `pass` the datum as it is, or `fail`.',
    format: ON_ERROR,
    default: 'fail',
    live: true,
  },
})

type SqlLookupSettings = Settings<typeof sqlLookupBaseConfig>

/** The operator's settings, where the key is, where the row goes, and a database that somebody brings. */
export interface SqlLookupOptions<In, Out = In> extends Partial<SqlLookupSettings> {
  readonly url: string
  readonly table: string
  readonly keyColumn: string
  readonly columns: readonly string[]
  /** Reads the key: text, a number or a bigint; by default the key `key`. */
  readonly getter?: Getter<In, unknown>
  /** Puts the row in, an object with the columns; by default as the key `found`. */
  readonly setter?: Setter<In, Row, Out>
  /** Opens the database in the place of the driver that `url` says. */
  readonly open?: () => Promise<Database>
}

type Resolved<In, Out> = SqlLookupSettings & {
  readonly getter: Getter<In, unknown>
  readonly setter: Setter<In, Row, Out>
  readonly open?: () => Promise<Database>
}

/** A row, nothing, or no answer. */
type Answer = Row | 'none' | 'error'

const DEFAULTS = {
  ...SQL_DEFAULTS,
  concurrencyMax: 8,
  cacheMax: 10_000,
  ttlMs: 300_000,
  negativeTtlMs: 60_000,
  errorTtlMs: 10_000,
  onMissing: 'pass',
  onError: 'fail',
} as const

/**
 * Look a key up in a table of a database: of PostgreSQL (the package pg), MySQL or MariaDB (mysql2), or SQLite (Node's own
 * from 22.13 on, else better-sqlite3).
 *
 * In: any datum with a key. Out: the same datum with the columns of a row that has the key, as the driver gives them. Data
 * whose key isn't remembered wait for their answer while others overtake them; those with the same key wait for the same
 * one, each no longer than `timeoutMs`. Null and undefined have no row.
 *
 * @throws {RangeError} If a limit is below 1, the URL is of no database that is known, a name can't be one, or `onMissing`
 * or `onError` is none of its values. For the datum: if there is no row and `onMissing` is `fail`.
 * @throws {TypeError} From a turn: if the key is neither text nor a number.
 * @throws {Error} For the datum, later: if the database refuses the key, or gives no answer and `onError` is `fail`.
 * @throws {DeadbeatError} From the start: without the driver.
 * @example
 * const settings = { url: 'postgres://me@db/hosts', table: 'hosts', keyColumn: 'ip', columns: ['owner'] }
 * const lookup = new SqlLookup(train, { ...settings, getter: itemGetter('ip') })
 * assert.equal(String(lookup), 'SqlLookup(db/hosts, table=hosts, keyColumn=ip)')
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with a key
export class SqlLookup<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = sqlLookupBaseConfig
  override readonly ordered = false
  override readonly concurrencyMax: number
  private readonly answers: LRUCache<string, Answer>
  private readonly underWay = new Map<string, Promise<Answer>>()
  private database: Database | null = null
  private failures = 0
  private silentUntilMs = -Infinity

  constructor(train: Winder, options: SqlLookupOptions<In, Out>) {
    const accessors = { getter: itemGetter('key'), setter: itemSetter('found') }
    super(train, { ...DEFAULTS, ...accessors, ...options })
    const { url, table, keyColumn, columns, concurrencyMax, cacheMax } = this.options
    requireAtLeast(1, this.options, 'timeoutMs', 'concurrencyMax', 'cacheMax', 'ttlMs', 'negativeTtlMs', 'errorTtlMs')
    requireOneOf(ON_MISSING, this.options, 'onMissing')
    requireOneOf(ON_ERROR, this.options, 'onError')
    requireFunction(this.options, 'getter', 'setter')
    requireDatabaseUrl(url)
    requireTable(table)
    for (const name of [keyColumn, ...columns]) requireName(name, 'a column')
    if (columns.length === 0) throw new RangeError('columns must have at least one: it has none')
    this.concurrencyMax = concurrencyMax
    // With a resolution the cache would set timers of its own.
    this.answers = new LRUCache({ max: cacheMax, ttl: 1, ttlResolution: 0, perf: { now: () => this.train.esc.now() } })
  }

  override async start(): Promise<void> {
    const { open, concurrencyMax } = this.options
    const settings = { ...this.options, connectionsMax: concurrencyMax }
    this.database = await (open?.() ?? openDatabase(this.constructor.name, settings, this.train.log))
  }

  turn(data: In): Turn<In | Out> {
    const value = this.options.getter(data)
    if (value === null || value === undefined) return this.withAnswer(data, value, 'none')
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
      throw new TypeError(`what is looked up must be text or a number: it is ${describeValue(value)}`)
    const key = `${typeof value} ${value}`
    const known = this.answers.get(key)
    if (known !== undefined) return this.withAnswer(data, value, known)
    return this.ask(key, value).then((answer) => this.withAnswer(data, value, answer))
  }

  override done(): void {
    this.database?.close()
    this.answers.clear()
  }

  override toString(): string {
    const { url, table, keyColumn } = this.options
    return `${this.constructor.name}(${databaseName(url)}, table=${table}, keyColumn=${keyColumn})`
  }

  private ask(key: string, value: unknown): Promise<Answer> {
    const before = this.underWay.get(key)
    if (before !== undefined) return before
    const asked = this.answerOf(key, value).finally(() => this.underWay.delete(key))
    this.underWay.set(key, asked)
    return asked
  }

  private async answerOf(key: string, value: unknown): Promise<Answer> {
    const { table, keyColumn, columns, ttlMs, negativeTtlMs, errorTtlMs, onError } = this.options
    const { database } = this
    if (database === null) throw new Error('cannot look up before start(), which opens the database')
    const { dialect } = database
    const statement = selectStatement(dialect, { table, columns, key: keyColumn }, sqlKey(value))
    let rows: readonly Row[]
    try {
      rows = await database.query(statement)
    } catch (error) {
      const isRefused = database.isRefusal(error)
      if (!isRefused) this.warn(error)
      if (!isRefused && onError === 'pass') return this.remember(key, 'error', errorTtlMs)
      throw new Error(`cannot look up ${describeValue(value)}: ${toError(error).message}`, { cause: error })
    }
    const [row] = rows
    return row === undefined ? this.remember(key, 'none', negativeTtlMs) : this.remember(key, row, ttlMs)
  }

  private remember(key: string, answer: Answer, ttl: number): Answer {
    this.answers.set(key, answer, { ttl })
    return answer
  }

  private withAnswer(data: In, value: unknown, answer: Answer): Iterable<In | Out> | null {
    if (typeof answer === 'object') return [this.options.setter(data, { ...answer })] // Each datum gets its own.
    const { onMissing, table } = this.options
    if (answer === 'error' || onMissing === 'pass') return [data]
    if (onMissing === 'drop') return null
    throw new RangeError(`a key must be in ${table} (onMissing): ${describeValue(value)} is not`)
  }

  /** A database that is away fails every look-up: one line a minute says so. */
  private warn(error: unknown): void {
    const nowMs = this.train.esc.now()
    this.failures++
    if (nowMs < this.silentUntilMs) return
    const { url, table } = this.options
    this.train.log.warn(
      { err: error, failures: this.failures },
      `cannot look up in ${databaseName(url)}, table ${table}`,
    )
    this.failures = 0
    this.silentUntilMs = nowMs + WARN_EVERY_MS
  }
}

/** A number that is too large for one as its digits. */
const sqlKey = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
