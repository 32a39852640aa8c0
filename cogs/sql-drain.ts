import {
  SendingDrain,
  describeValue,
  insert,
  requireAtLeast,
  toError,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { BATCH_DEFAULTS, BatchSender, TooLarge, batchConfig } from '../lib/net/batch-sender.js'
import type { Database } from '../lib/sql/database.js'
import { SQL_DEFAULTS, databaseName, openDatabase, requireDatabaseUrl, sqlConfig } from '../lib/sql/sql-config.js'
import { sqlSize, sqlValue } from '../lib/sql/sql-value.js'
import { insertStatements, requireName, requireTable } from '../lib/sql/statements.js'

/** Configuration insert: what an operator may set. */
export const sqlDrainBaseConfig = insert({
  ...sqlConfig,
  columns: { doc: 'The columns that are written, each from the field of its name.', format: 'strings' },
  key: {
    doc: 'The columns of a unique key: a row whose key is there is overwritten. None: each datum is a new row.',
    format: 'strings',
    default: [],
  },
  ...batchConfig,
})

type SqlDrainSettings = Settings<typeof sqlDrainBaseConfig>

/** The operator's settings, all but `url`, `table` and `columns` with defaults, and a database that somebody brings. */
export interface SqlDrainOptions extends Partial<SqlDrainSettings> {
  readonly url: string
  readonly table: string
  readonly columns: readonly string[]
  /** Opens the database in the place of the driver that `url` says. */
  readonly open?: () => Promise<Database>
}

/**
 * Write data as rows of a table: of PostgreSQL (the package pg), MySQL or MariaDB (mysql2), or SQLite (Node's own from 22.13
 * on, else better-sqlite3).
 *
 * In: objects, of whose fields `columns` says which are written; what isn't there is null, lists and objects are JSON. A
 * batch goes with `batchMax` rows, `batchBytes` characters, or `batchAgeMs` after its first, in one transaction; one at a
 * time, in order. A datum is over once its transaction is committed.
 *
 * What can't be committed is tried again, later each time; since an answer may be lost behind a commit, a row may come
 * twice, unless `key` names a unique key of the table. A batch that the database refuses (a rule, a type) is halved until
 * the row is found: then the train stops, or that row alone is dropped, told and counted (`whenRefused`).
 *
 * @throws {RangeError} If a limit is below 1, the URL is of no database that is known, a name can't be one, or `key` has a
 * column that isn't written.
 * @throws {DeadbeatError} From the start: without the driver.
 * @example
 * const drain = new SqlDrain(train, { url: 'postgres://me@db/logs', table: 'hits', columns: ['id', 'ip'], key: ['id'] })
 * assert.equal(String(drain), 'SqlDrain(db/logs, table=hits)')
 */
export class SqlDrain extends SendingDrain<object, SqlDrainSettings & Pick<SqlDrainOptions, 'open'>> {
  static readonly baseConfig = sqlDrainBaseConfig
  protected readonly sender: BatchSender<readonly unknown[]>
  private database: Database | null = null

  constructor(train: Winder, options: SqlDrainOptions) {
    super(train, { ...SQL_DEFAULTS, key: [], ...BATCH_DEFAULTS, ...options })
    const { url, table, columns, key } = this.options
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'batchMax', 'batchBytes', 'timeoutMs')
    requireDatabaseUrl(url)
    requireTable(table)
    for (const name of columns) requireName(name, 'a column')
    if (columns.length === 0) throw new RangeError('columns must have at least one: it has none')
    const other = key.find((name) => !columns.includes(name))
    if (other !== undefined)
      throw new RangeError(`key must be of columns that are written: ${describeValue(other)} is not`)
    const { esc, log } = this.train
    const send = (rows: readonly (readonly unknown[])[]): Promise<void> => this.send(rows)
    const channel = { name: `${databaseName(url)}, table ${table}`, send, close: () => this.database?.close() }
    this.sender = new BatchSender(esc, log, this.options, channel, this.target)
  }

  override async start(): Promise<void> {
    const { open } = this.options
    const settings = { ...this.options, connectionsMax: 1 }
    this.database = await (open?.() ?? openDatabase(this.constructor.name, settings, this.train.log))
    await super.start()
  }

  /** @throws {TypeError} If it is no object, has no value for a column of the key, or one that no column can have. */
  take(data: object): void {
    if (typeof data !== 'object' || (data as object | null) === null)
      throw new TypeError(`a row must be an object: it is ${describeValue(data)}`)
    const { columns, key } = this.options
    const row = columns.map((name) => sqlValue(Object.hasOwn(data, name) ? data[name as never] : null))
    const missing = columns.find((name, i) => row[i] === null && key.includes(name))
    if (missing !== undefined) throw new TypeError(`a row must have its key: ${describeValue(missing)} is not there`)
    this.sender.append(
      row,
      row.reduce((sum: number, value) => sum + sqlSize(value), 0),
    )
  }

  /** How many data were refused and dropped. */
  progress(): { readonly refused: number } {
    return { refused: this.sender.refused }
  }

  override toString(): string {
    return `${this.constructor.name}(${databaseName(this.options.url)}, table=${this.options.table})`
  }

  private async send(rows: readonly (readonly unknown[])[]): Promise<void> {
    const { database } = this
    if (database === null) throw new Error('send before start')
    try {
      await database.transaction(insertStatements(database.dialect, this.options, rows))
    } catch (error) {
      if (!database.isRefusal(error)) throw error
      throw new TooLarge(toError(error).message, { cause: error }) // Which row it is, smaller batches show.
    }
  }
}
