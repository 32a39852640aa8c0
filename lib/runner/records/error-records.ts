/**
 * What goes wrong, as data: one record for each thing that can go wrong, named by the subsystem and a path, with what each
 * node says of it (specification A13). Somebody looks at the list, and it is the same list on every node.
 */
import { requireAtLeast, toError } from '../../errors/index.js'
import { formatJson, type Backend, type Transaction } from '../../kv/index.js'
import { SystemClock, type Clock } from '../../movement/index.js'
import type { Keys } from '../keys.js'
import { ERROR_PATH_ELEMENTS_MAX, formatPath, type Path } from '../path.js'
import { cut, detailOf, filledIn, partOf, type ErrorDetail } from './error-detail.js'
import { errorPath, readErrorDetail, readErrorRecord, type ErrorRecord, type Severity } from './error-record.js'

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
      const before = await readRecord(its, key, subsystem, path)
      if (before?.resolved === false && before.severity < severity && !force) return null
      const now = this.#clock.wall() / 1000
      const template = report.message ?? (report.error === undefined ? '' : toError(report.error).message)
      const message = cut(filledIn(template, data), partOf(this.#detailBytesMax))
      const record: ErrorRecord = {
        ...{ subsystem, path: formatPath(path, ERROR_PATH_ELEMENTS_MAX), severity, resolved: false, message },
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
      const before = await readRecord(its, key, subsystem, path)
      if (before?.resolved !== false) return false
      await its.put(key, formatJson({ ...before, resolved: this.#clock.wall() / 1000 }), { lease: null })
      return true
    })
  }

  /** The records that a query asks for, by subsystem and path. */
  async list(query: ErrorQuery = {}): Promise<ErrorRecord[]> {
    const { subsystem, path = [], resolved, node } = query
    const all = `${this.#keys.prefix}/error`
    const root = subsystem === undefined ? all : this.#keys.error(subsystem, path)
    const [entries] = await this.#kv.listKeys(root, { recurse: ERROR_PATH_ELEMENTS_MAX + 1, withValues: true })
    return entries
      .filter(([key]) => key === root || key.startsWith(`${root}/`))
      .map(([key, text]) => {
        const [its = '', ...of] = this.#keys.below(all, key) ?? []
        return readErrorRecord(text, its, of)
      })
      .filter((record) => subsystem !== undefined || isBelow(errorPath(record), path))
      .filter((record) => resolved === undefined || (record.resolved !== false) === resolved)
      .filter((record) => node === undefined || record.nodes.includes(node))
  }

  /** A record, and what each node says of it; null if there is none. */
  async get(
    subsystem: string,
    path: Path,
  ): Promise<{ readonly record: ErrorRecord; readonly details: Readonly<Record<string, ErrorDetail>> } | null> {
    return await this.#kv.transact(async (txn) => {
      const record = await readRecord(txn, this.#keys.error(subsystem, path), subsystem, path)
      if (record === null) return null
      const details = await Promise.all(
        record.nodes.map(async (node): Promise<[string, ErrorDetail][]> => {
          const text = await txn.get(this.#keys.errorDetail(subsystem, node, path))
          const detail = text === null ? null : readErrorDetail(text)
          return detail === null ? [] : [[node, detail]]
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
      const record = await readRecord(txn, key, subsystem, path)
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

async function readRecord(txn: Transaction, key: string, subsystem: string, path: Path): Promise<ErrorRecord | null> {
  const text = await txn.get(key)
  return text === null ? null : readErrorRecord(text, subsystem, path)
}

function isBelow(path: Path, root: Path): boolean {
  return root.every((element, i) => path[i] === element)
}
