/**
 * Saved values in a database: a key each, so that they can be watched and read by hand. Each save is one commit, on two
 * conditions: that no other daemon has taken the place, and that nothing was written there since the save before; so a
 * commit whose outcome was not told, and that comes late, changes nothing any more.
 *
 *     PREFIX/persist/STORE/ALIAS             the head: format and version, and whose values they are
 *     PREFIX/persist/STORE/ALIAS/values/KEY  the values
 *     PREFIX/persist/STORE/ALIAS/aside/KEY   those that were put aside
 */
import { DeadbeatError, describeValue } from '../../errors/index.js'
import type { Backend } from '../../kv/backend/backend.js'
import type { Compare, Op, OpResult } from '../../kv/engine/engine.js'
import { NO_LEASE } from '../../kv/engine/lease-id.js'
import { prefixRange, type Key } from '../../kv/engine/range.js'
import { Ownership } from '../../kv/lease/ownership.js'
import { keyOf } from '../../kv/path.js'
import type { Logger } from '../../movement/logger.js'
import type { Persistence, Place } from './persistence.js'

/** Where in a database they are. */
export interface KvPersistenceOptions {
  readonly kv: Backend
  readonly log: Logger
  /** What the paths of all keys begin with. */
  readonly prefix: string
  /** How long a daemon on another machine has the place after nothing more is heard of it. */
  readonly ttlMs: number
  /** Whether the database is this place's own, and closed with it. */
  readonly isOwn?: boolean
}

const HEAD = 'deadbeat values'
const VERSION = 1
/** How many keys are read at once. */
const READ_MAX = 500
/** What a commit has besides values. */
const OTHER_OPS = 2
/** How many bytes of values one commit may have where there is a limit: etcd takes 1.5 MiB in one request. */
const COMMIT_BYTES_MAX = 1_100_000
/** How often it is looked again what is there where a commit met something else than was written last. */
const LOOKS_MAX = 3

/**
 * One daemon's place in a database.
 *
 * @example
 * const kv = new MemoryBackend()
 * const about = { kv, log: silentLogger, prefix: '/deadbeat/', ttlMs: 10_000 }
 * const place = new KvPersistence({ store: 'lamp', alias: 'main', uuid: '6f1c' }, about)
 * assert.equal((await place.load()).size, 0)
 * await place.close()
 * await kv.close()
 */
export class KvPersistence implements Persistence {
  readonly name: string
  readonly #options: KvPersistenceOptions
  readonly #uuid: string
  readonly #path: string
  readonly #head: Key
  readonly #ownership: Ownership
  /** The revision at which the head was written last; 0: it isn't there. */
  #mod = 0

  constructor({ store, alias, uuid }: Place, options: KvPersistenceOptions) {
    const { kv, log, prefix, ttlMs } = options
    this.#options = options
    this.#uuid = uuid
    this.#path = `${prefix.endsWith('/') ? prefix : `${prefix}/`}persist/${encodeURIComponent(store)}/${encodeURIComponent(alias)}`
    this.#head = keyOf(this.#path)
    this.name = `${kv.engine.name} (${this.#path})`
    this.#ownership = new Ownership({
      ...{ engine: kv.engine, clock: kv.clock, leases: { grant: (about) => kv.lease(about) } },
      ...{ log, path: this.#path, name: this.name, ttlMs, rival: 'another run of the same daemon' },
    })
  }

  async load(): Promise<ReadonlyMap<string, string>> {
    if (!this.#ownership.isHeld) await this.#ownership.take()
    try {
      return await this.#read()
    } catch (error) {
      await this.#ownership.release()
      throw error
    }
  }

  async save(changes: ReadonlyMap<string, string>): Promise<void> {
    const puts = [...changes].map(([key, text]) => put(this.#keyOf('values', key), text))
    for (const ops of this.#batchesOf(puts)) await this.#commit(ops)
  }

  async putAside(key: string, why: string): Promise<string> {
    const values = this.#keyOf('values', key)
    const { results } = await this.#options.kv.engine.range([{ key: values }])
    const text = Buffer.from(results[0]?.kvs[0]?.value ?? []).toString()
    const note = { why, time: this.#options.kv.clock.wall() / 1000, text }
    await this.#commit([{ op: 'delete', key: values }, put(this.#keyOf('aside', key), JSON.stringify(note))])
    return `${this.#options.kv.engine.name} (${this.#path}/aside/${encodeURIComponent(key)})`
  }

  async close(): Promise<void> {
    const { kv, isOwn = false, log } = this.#options
    await this.#ownership.release()
    if (!isOwn) return
    await kv.close().catch((error: unknown) => log.warn({ err: error }, `could not close ${kv.engine.name}`))
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    const { engine } = this.#options.kv
    const { revision, results } = await engine.range([{ key: this.#head }])
    const head = results[0]?.kvs[0]
    this.#mod = head?.mod ?? 0
    if (head !== undefined) this.#requireHead(Buffer.from(head.value).toString())
    const found = new Map<string, string>()
    const start = keyOf(`${this.#path}/values/x`).slice(0, -1)
    const range = prefixRange(start)
    for (let { key } = range; ;) {
      const page = await engine.range([{ ...range, key, limit: READ_MAX }], revision)
      const kvs = page.results[0]?.kvs ?? []
      for (const kv of kvs) found.set(decodeURIComponent(kv.key.slice(start.length)), Buffer.from(kv.value).toString())
      const last = kvs.at(-1)
      if (last === undefined || kvs.length < READ_MAX) return found
      key = `${last.key}\0`
    }
  }

  #requireHead(text: string): void {
    const version = Number(/^deadbeat values (\d+) /.exec(text)?.[1] ?? 0)
    if (version === VERSION) return
    const why =
      version === 0
        ? `there is something else: ${describeValue(text)}; give the daemon a kv.prefix of its own`
        : `it has version ${version}, and this program knows ${VERSION}: run the newer one`
    throw new DeadbeatError('ERR_PERSIST', `the saved values in ${this.name} can't be used: ${why}`)
  }

  /** Commit it with the head, and if something else was there than was written last, look and commit it again. */
  async #commit(ops: readonly Op[]): Promise<void> {
    const { engine } = this.#options.kv
    const { fence, whose } = this.#ownership
    const head = put(this.#head, `${HEAD} ${VERSION} ${JSON.stringify({ uuid: this.#uuid })}`)
    for (let look = 0; look <= LOOKS_MAX; look++) {
      const asWritten: Compare = { key: this.#head, target: 'mod', is: '=', than: this.#mod }
      const keep: Op = { op: 'range', key: this.#head, keysOnly: true }
      const { ok, revision, results } = await engine.commit([fence, asWritten], [head, ...ops], [whose, keep])
      if (ok) {
        this.#mod = revision
        return
      }
      const [owner, found] = results.map(kvIn)
      if (owner?.mod !== fence.than) throw this.#ownership.taken(owner)
      this.#mod = found?.mod ?? 0 // That of a commit whose outcome was not told.
    }
    throw new DeadbeatError(
      'ERR_PERSIST',
      `${this.name} is changed by somebody else again and again: only its daemon may`,
    )
  }

  #keyOf(what: 'values' | 'aside', key: string): Key {
    return keyOf(`${this.#path}/${what}/${encodeURIComponent(key)}`)
  }

  /** Operations in groups that fit into a commit each: one group where the store has no limit. */
  #batchesOf(ops: readonly (Op & { readonly value: Uint8Array })[]): Op[][] {
    const { opsMax } = this.#options.kv.engine
    if (opsMax === Infinity) return [[...ops]]
    const batches: Op[][] = []
    let bytes = Infinity
    for (const op of ops) {
      const last = batches.at(-1)
      if (last === undefined || last.length >= opsMax - OTHER_OPS || bytes + op.value.length > COMMIT_BYTES_MAX) {
        batches.push([op])
        bytes = op.value.length
      } else {
        last.push(op)
        bytes += op.value.length
      }
    }
    return batches
  }
}

function put(key: Key, text: string): Op & { readonly value: Uint8Array } {
  return { op: 'put', key, value: Buffer.from(text), lease: NO_LEASE }
}

function kvIn(result: OpResult | undefined) {
  return result?.op === 'range' ? result.kvs[0] : undefined
}
