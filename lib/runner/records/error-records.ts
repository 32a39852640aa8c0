/**
 * What goes wrong, as data: one record for each thing that can go wrong, named by the subsystem and a path, with what each
 * node says of it (specification A13). Somebody looks at the list, and it is the same list on every node.
 */
import { requireAtLeast, toError } from '../../errors/index.js'
import { formatJson, parseJson, type Backend, type Transaction } from '../../kv/index.js'
import { SystemClock, type Clock } from '../../movement/index.js'
import type { Keys } from '../keys.js'
import { formatPath, parsePath, PATH_ELEMENTS_MAX, type Path } from '../path.js'
import { cut, detailOf, filledIn, partOf, type ErrorDetail } from './error-detail.js'

/** How bad it is: 0 fatal, 1 error, 2 warning, 3 info, 4 note, 5 debug, 6 trace; 7 is free. */
export type Severity = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** What is wrong with one thing. All times are UNIX seconds. */
export interface ErrorRecord {
  readonly subsystem: string
  /** The thing, as a dotted path. */
  readonly path: string
  readonly severity: Severity
  /** When it was found to work again; false: it is still wrong. */
  readonly resolved: number | false
  /** How often it went wrong. */
  readonly count: number
  readonly firstSeen: number
  readonly lastSeen: number
  readonly message: string
  /** Which nodes have said what they saw. */
  readonly nodes: readonly string[]
}

/** What is recorded. */
export interface ErrorReport {
  readonly error?: unknown
  /** What it was done with. What JSON can't say is put in words. */
  readonly data?: Readonly<Record<string, unknown>>
  /** 0 if it isn't given. */
  readonly severity?: Severity
  /** For people; `{name}` stands for that field of `data`. Not given: the error's own. */
  readonly message?: string
  readonly comment?: string
  /** Record it though something worse is recorded. */
  readonly force?: boolean
}

/** Which records. */
export interface ErrorQuery {
  readonly subsystem?: string | undefined
  /** Only those at or below this path. */
  readonly path?: Path | undefined
  /** Only those that are resolved, or not; all if it isn't given. */
  readonly resolved?: boolean | undefined
  /** Only those of which this node has said something. */
  readonly node?: string | undefined
}

/** How records are kept. */
export interface ErrorRecordsOptions {
  readonly clock?: Clock
  /** How much one node's detail of one record may be, in bytes; what is more is cut, and says so. */
  readonly detailBytesMax?: number
}

/**
 * The records of errors of one fleet, as one node writes them.
 *
 * @example
 * await using kv = new MemoryBackend()
 * const errors = new ErrorRecords(kv, new Keys(), 'n1')
 * await errors.record('run', ['a', 'question'], { error: new Error('it is too hot'), data: { limit: 20 } })
 * assert.deepEqual((await errors.list({ resolved: false })).map(({ path, message }) => [path, message]), [
 *   ['a.question', 'it is too hot'],
 * ])
 * assert.equal(await errors.resolve('run', ['a', 'question']), true)
 */
export class ErrorRecords {
  readonly #kv: Backend
  readonly #keys: Keys
  readonly #node: string
  readonly #clock: Clock
  readonly #detailBytesMax: number

  /** @throws {RangeError} If `detailBytesMax` is below 1024. */
  constructor(kv: Backend, keys: Keys, node: string, options: ErrorRecordsOptions = {}) {
    const { clock = new SystemClock(), detailBytesMax = 65_536 } = options
    requireAtLeast(1024, { detailBytesMax }, 'detailBytesMax')
    this.#kv = kv
    this.#keys = keys
    this.#node = node
    this.#clock = clock
    this.#detailBytesMax = detailBytesMax
  }

  /**
   * Say that something is wrong. A record that is resolved is open again. As long as something worse is recorded of the
   * same thing, this isn't, unless it is forced.
   *
   * @param txn to do it together with something else.
   * @returns the record as it is now; null if something worse stands.
   */
  record(subsystem: string, path: Path, report: ErrorReport, txn?: Transaction): Promise<ErrorRecord | null> {
    return this.#within(txn, async (its) => {
      const { severity = 0, force = false, data = {} } = report
      const key = this.#keys.error(subsystem, path)
      const before = await readRecord(its, key)
      if (before?.resolved === false && before.severity < severity && !force) return null
      const now = this.#clock.wall() / 1000
      const template = report.message ?? (report.error === undefined ? '' : toError(report.error).message)
      const message = cut(filledIn(template, data), partOf(this.#detailBytesMax))
      const record: ErrorRecord = {
        ...{ subsystem, path: formatPath(path), severity, resolved: false, message },
        ...{ count: (before?.count ?? 0) + 1, firstSeen: before?.firstSeen ?? now, lastSeen: now },
        nodes: [...new Set([...(before?.nodes ?? []), this.#node])],
      }
      const seen = { seen: now, revision: its.readRevision ?? 0, message }
      const detail = detailOf(report, seen, this.#detailBytesMax)
      await its.put(key, formatJson(record), { lease: null })
      await its.put(this.#keys.errorDetail(subsystem, this.#node, path), formatJson(detail), { lease: null })
      return record
    })
  }

  /**
   * Say that something works (again).
   *
   * @returns whether it was wrong.
   */
  resolve(subsystem: string, path: Path, txn?: Transaction): Promise<boolean> {
    return this.#within(txn, async (its) => {
      const key = this.#keys.error(subsystem, path)
      const before = await readRecord(its, key)
      if (before?.resolved !== false) return false
      await its.put(key, formatJson({ ...before, resolved: this.#clock.wall() / 1000 }), { lease: null })
      return true
    })
  }

  /** The records that a query asks for, by subsystem and path. */
  async list(query: ErrorQuery = {}): Promise<ErrorRecord[]> {
    const { subsystem, path = [], resolved, node } = query
    const root = subsystem === undefined ? `${this.#keys.prefix}/error` : this.#keys.error(subsystem, path)
    const [entries] = await this.#kv.listKeys(root, { recurse: PATH_ELEMENTS_MAX + 1, withValues: true })
    return entries
      .filter(([key]) => key === root || key.startsWith(`${root}/`))
      .map(([, text]) => parseJson(text) as unknown as ErrorRecord)
      .filter((record) => subsystem !== undefined || isBelow(parsePath(record.path), path))
      .filter((record) => resolved === undefined || (record.resolved !== false) === resolved)
      .filter((record) => node === undefined || record.nodes.includes(node))
  }

  /** A record, and what each node says of it; null if there is none. */
  async get(
    subsystem: string,
    path: Path,
  ): Promise<{ readonly record: ErrorRecord; readonly details: Readonly<Record<string, ErrorDetail>> } | null> {
    return await this.#kv.transact(async (txn) => {
      const record = await readRecord(txn, this.#keys.error(subsystem, path))
      if (record === null) return null
      const details = await Promise.all(
        record.nodes.map(async (node): Promise<[string, ErrorDetail][]> => {
          const text = await txn.get(this.#keys.errorDetail(subsystem, node, path))
          return text === null ? [] : [[node, parseJson(text) as unknown as ErrorDetail]]
        }),
      )
      return { record, details: Object.fromEntries(details.flat()) }
    })
  }

  /**
   * Forget a record and its details.
   *
   * @returns whether there was one.
   */
  delete(subsystem: string, path: Path): Promise<boolean> {
    return this.#kv.transact(async (txn) => {
      const key = this.#keys.error(subsystem, path)
      const record = await readRecord(txn, key)
      if (record === null) return false
      for (const node of record.nodes) {
        await txn.delete(this.#keys.errorDetail(subsystem, node, path), { mustExist: false })
      }
      await txn.delete(key)
      return true
    })
  }

  #within<T>(txn: Transaction | undefined, act: (txn: Transaction) => Promise<T>): Promise<T> {
    return txn === undefined ? this.#kv.transact(act) : act(txn)
  }
}

async function readRecord(txn: Transaction, key: string): Promise<ErrorRecord | null> {
  const text = await txn.get(key)
  return text === null ? null : (parseJson(text) as unknown as ErrorRecord)
}

function isBelow(path: Path, root: Path): boolean {
  return root.every((element, i) => path[i] === element)
}
