/**
 * One record in a database, at a path of its own. Each store is one commit, on the condition that no other run has taken
 * the record, and that what is replaced is what was written last: so a commit whose outcome was not told, and that comes
 * late, changes nothing any more.
 *
 * A long record lies in pieces beside it, and a store writes those that are new. Where these are more than one commit may
 * have, all pieces are written anew under another name first, and then one commit changes over to them.
 */
import { DeadbeatError } from '../../errors/index.js'
import { RECORD, checked, damaged, headerOf, readHeader, type TextPlace } from '../../files/checkpoint-text.js'
import type { Compare, Engine, OpResult, Op } from '../../kv/engine/engine.js'
import { NO_LEASE } from '../../kv/engine/lease-id.js'
import { prefixRange, type Key, type Range } from '../../kv/engine/range.js'
import { keyOf } from '../../kv/path.js'
import { allOf, changeTo, isShort, layoutText, parseLayout, WHOLE, type Change, type Layout } from './layout.js'
import type { Ownership } from '../../kv/lease/ownership.js'
import type { Shelf } from './shelf.js'

/** Where a record is in a database. */
export interface KvRecordOptions {
  readonly engine: Engine
  readonly ownership: Ownership
  /** The path of its key. */
  readonly path: string
  /** What it is called in messages. */
  readonly name: string
}

/** How many bytes of pieces one commit may have where there is a limit: etcd takes 1.5 MiB in one request. */
const COMMIT_BYTES_MAX = 1_048_576
/** How many pieces are read at once. */
const READ_MAX = 500
/** What a commit has besides pieces. */
const OTHER_OPS = 2
/** How often it is looked again what is there where a commit met something else than was written last. */
const LOOKS_MAX = 3
const HEX_DIGITS = 8

/** A record in a database. */
export class KvRecord implements Shelf {
  readonly name: string
  readonly #engine: Engine
  readonly #ownership: Ownership
  readonly #head: Key
  /** What the keys of all pieces begin with. */
  readonly #pieces: Key
  /** The revision of its last write; 0: it isn't there. */
  #mod = 0
  #layout: Layout = WHOLE
  /** Whether pieces may be there that no record names. */
  #isLittered = true
  #generations = 0

  constructor({ engine, ownership, path, name }: KvRecordOptions) {
    this.name = name
    this.#engine = engine
    this.#ownership = ownership
    this.#head = keyOf(path)
    this.#pieces = keyOf(`${path}/pieces/`)
  }

  async read(): Promise<string | null> {
    if (!this.#ownership.isHeld) await this.#ownership.take()
    try {
      return await this.#read()
    } catch (error) {
      await this.release()
      throw error
    }
  }

  async store(json: string): Promise<void> {
    const write = isShort(json) ? () => this.#storeWhole(json) : () => this.#storePieces(json)
    await this.#insist(write)
  }

  async clear(): Promise<void> {
    await this.#insist(() => this.#commit([{ op: 'delete', key: this.#head }, this.#sweepAll()], WHOLE))
    this.#mod = 0
  }

  release(): Promise<void> {
    return this.#ownership.release()
  }

  get #place(): TextPlace {
    return { name: this.name, remove: 'delete it (deadbeat kv delete)' }
  }

  async #read(): Promise<string | null> {
    const { revision, results } = await this.#engine.range([{ key: this.#head }])
    const kv = results[0]?.kvs[0]
    this.#mod = kv?.mod ?? 0
    this.#layout = WHOLE
    if (kv === undefined) return null
    const bytes = Buffer.from(kv.value)
    const header = readHeader(bytes, this.#place)
    if (header.version !== RECORD) throw damaged('it is none, but says where one is', this.#place)
    const body = bytes.subarray(header.start)
    const layout = parseLayout(body.toString('latin1'))
    if (layout === null) return checked(body, header, this.#place)
    const { generation, numbers } = layout
    const texts = await this.#readPieces(generation, revision)
    const missing = numbers.filter((number) => !texts.has(number)).length
    if (missing > 0) throw damaged(`${missing} of its ${numbers.length} pieces are missing`, this.#place)
    const all = numbers.map((number) => texts.get(number) ?? '')
    const json = checked(Buffer.from(all.join('')), header, this.#place)
    this.#layout = { generation, numbers, byText: new Map(all.map((text, i) => [text, numbers[i] as number])) }
    return json
  }

  async #readPieces(generation: string, revision: number): Promise<Map<number, string>> {
    const texts = new Map<number, string>()
    const range = this.#rangeOf(generation)
    for (let { key } = range; ;) {
      const { results } = await this.#engine.range([{ ...range, key, limit: READ_MAX }], revision)
      const kvs = results[0]?.kvs ?? []
      for (const kv of kvs) texts.set(parseInt(kv.key.slice(-HEX_DIGITS), 16), Buffer.from(kv.value).toString())
      const last = kvs.at(-1)
      if (last === undefined || kvs.length < READ_MAX) return texts
      key = `${last.key}\0`
    }
  }

  #storeWhole(json: string): Promise<boolean> {
    const bytes = Buffer.from(json)
    const value = Buffer.concat([Buffer.from(`${headerOf(bytes, RECORD)}\n`), bytes, Buffer.from('\n')])
    const hasPieces = this.#isLittered || this.#layout.generation !== null
    return this.#commit([put(this.#head, value), ...(hasPieces ? [this.#sweepAll()] : [])], WHOLE)
  }

  async #storePieces(json: string): Promise<boolean> {
    const header = headerOf(Buffer.from(json), RECORD)
    const headOf = (layout: Layout): Op => put(this.#head, Buffer.from(`${header}\n${layoutText(layout)}`))
    if (this.#layout.generation !== null) {
      const { layout, ...change } = changeTo(json, this.#layout)
      const ops = [...this.#putsOf({ layout, ...change }), ...this.#deletesOf({ layout, ...change })]
      if (this.#batchesOf(ops).length <= 1) return this.#commit([headOf(layout), ...ops], layout)
    }
    const generation = `${hex(this.#ownership.fence.than as number)}${hex(++this.#generations)}`
    const all = allOf(json, generation)
    this.#isLittered = true
    for (const ops of this.#batchesOf(this.#putsOf(all))) {
      const { ok, results } = await this.#engine.commit([this.#ownership.fence], ops, [this.#ownership.whose])
      if (!ok) throw this.#ownership.taken(kvIn(results[0]))
    }
    return this.#commit([headOf(all.layout), ...this.#sweepOthers(generation)], all.layout)
  }

  /** Write, and if something else was there than was written last, look and write again. */
  async #insist(write: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look <= LOOKS_MAX; look++) if (await write()) return
    const message = `${this.name} is changed by somebody else again and again: nobody but the train may write there`
    throw new DeadbeatError('ERR_CHECKPOINT', message)
  }

  /** Commit what makes another record of it. False if something else was there: it is known now what. */
  async #commit(ops: readonly Op[], layout: Layout): Promise<boolean> {
    const { fence, whose } = this.#ownership
    const asWritten: Compare = { key: this.#head, target: 'mod', is: '=', than: this.#mod }
    const look: Op = { op: 'range', key: this.#head, keysOnly: true }
    const { ok, revision, results } = await this.#engine.commit([fence, asWritten], ops, [whose, look])
    if (ok) {
      this.#mod = revision
      this.#layout = layout
      this.#isLittered = false
      return true
    }
    const [owner, head] = results.map(kvIn)
    if (owner?.mod !== fence.than) throw this.#ownership.taken(owner)
    // An earlier commit whose outcome was not told: whether its pieces are there isn't known.
    this.#mod = head?.mod ?? 0
    this.#layout = WHOLE
    this.#isLittered = true
    return false
  }

  #batchesOf(ops: readonly Op[]): Op[][] {
    const { opsMax } = this.#engine
    return batchesOf(ops, opsMax - OTHER_OPS, opsMax === Infinity ? Infinity : COMMIT_BYTES_MAX)
  }

  #putsOf({ layout, puts }: Change): Op[] {
    return puts.map(([number, text]) => put(this.#keyOf(layout, number), Buffer.from(text)))
  }

  #deletesOf({ layout, deletes }: Change): Op[] {
    return deletes.map((number) => ({ op: 'delete', key: this.#keyOf(layout, number) }))
  }

  #keyOf({ generation }: Layout, number: number): Key {
    return `${this.#pieces}${generation ?? ''}.${hex(number)}`
  }

  #rangeOf(generation: string): Required<Range> {
    return prefixRange(`${this.#pieces}${generation}.`)
  }

  #sweepAll(): Op {
    return { op: 'delete', ...prefixRange(this.#pieces) }
  }

  #sweepOthers(generation: string): Op[] {
    const [all, kept] = [prefixRange(this.#pieces), this.#rangeOf(generation)]
    return [
      { op: 'delete', key: all.key, end: kept.key },
      { op: 'delete', key: kept.end, end: all.end },
    ]
  }
}

function put(key: Key, value: Uint8Array): Op {
  return { op: 'put', key, value, lease: NO_LEASE }
}

function kvIn(result: OpResult | undefined) {
  return result?.op === 'range' ? result.kvs[0] : undefined
}

function hex(number: number): string {
  return number.toString(16).padStart(HEX_DIGITS, '0')
}

/** Operations in groups that fit into a commit each. */
function batchesOf(ops: readonly Op[], opsMax: number, bytesMax: number): Op[][] {
  const batches: Op[][] = []
  let bytes = Infinity
  for (const op of ops) {
    const size = op.op === 'put' ? op.value.length : 0
    const last = batches.at(-1)
    if (last === undefined || last.length >= opsMax || bytes + size > bytesMax) {
      batches.push([op])
      bytes = size
    } else {
      last.push(op)
      bytes += size
    }
  }
  return batches
}
