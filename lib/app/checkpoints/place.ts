/** Where the check-points of an app are kept, as its settings say: for its trains, one after the other, and for those who look on. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../errors/index.js'
import { CheckpointFile, type JsonValue } from '../../files/checkpoint-file.js'
import { RECORD } from '../../files/checkpoint-text.js'
import type { Checkpoints, Json } from '../../movement/index.js'
import type { Logger } from '../../movement/logger.js'
import { addressText, parseAddress, type Address } from './address.js'
import type { CheckpointsSettings, KvSettings } from './base-config.js'
import type { KvStores } from './kv-stores.js'
import { bringToDatabase, bringToFile, type MoveContext } from './move.js'
import type { Shelf } from './shelf.js'

/** What decides about the place. */
export interface PlaceOptions {
  /** The app's. */
  readonly name: string
  readonly checkpoints: CheckpointsSettings
  readonly kv: KvSettings
  /** The state directory. */
  readonly state: string
  readonly log: Logger
  /** Make the state directory, if it isn't there. */
  readonly prepare?: () => unknown
  /** Opens the databases; what is loaded for it is loaded when it is needed. */
  readonly openStores?: () => Promise<KvStores>
}

/** A record that is there. */
export interface Found {
  /** Where it is. */
  readonly name: string
  readonly record: JsonValue
}

/** The place of an app's check-points. A batch has a record of its own. */
export class Place {
  readonly #options: PlaceOptions
  readonly #openStores: () => Promise<KvStores>
  #stores: Promise<KvStores> | null = null

  constructor(options: PlaceOptions) {
    const { log, checkpoints, kv } = options
    this.#options = options
    this.#openStores =
      options.openStores ??
      (async () => {
        const { KvStores } = await import('./kv-stores.js')
        return new KvStores({ log, ttlMs: checkpoints.ttlMs, kv })
      })
  }

  /** What a train is given. */
  of(isBatch: boolean, sync: boolean): Checkpoints {
    const { checkpoints, prepare } = this.#options
    prepare?.()
    const file = new CheckpointFile(this.#fileOf(isBatch), { sync })
    const context = this.#contextOf(file)
    return checkpoints.in === 'file' ? new InFile(context) : new InDatabase(context, this.#addressOf(isBatch))
  }

  /**
   * The records that are there. Null for one that another run has.
   *
   * @throws {DeadbeatError} `ERR_CHECKPOINT` if one is damaged.
   */
  async look(): Promise<(Found | null)[]> {
    const found: (Found | null)[] = []
    for (const isBatch of [false, true]) {
      try {
        const one = await this.#lookAt(isBatch)
        if (one !== undefined) found.push(one)
      } catch (error) {
        if (codeOf(error) !== 'ERR_IN_USE') throw error
        found.push(null)
      }
    }
    return found
  }

  /** Let other runs have the records. It never fails. */
  async close(): Promise<void> {
    const stores = await this.#stores?.catch(() => null)
    this.#stores = null
    await stores?.close()
  }

  async #lookAt(isBatch: boolean): Promise<Found | undefined> {
    const file = new CheckpointFile(this.#fileOf(isBatch))
    try {
      const kept = existsSync(file.name) ? file.read() : null // To read makes a directory.
      if (kept === null) return undefined
      if (kept.version === RECORD) return { name: file.name, record: JSON.parse(kept.json) as JsonValue }
      const shelf = await this.#shelf(parseAddress(kept.json, file.name))
      const json = await shelf.read()
      await shelf.release()
      return json === null ? undefined : { name: shelf.name, record: JSON.parse(json) as JsonValue }
    } finally {
      file.close()
    }
  }

  #fileOf(isBatch: boolean): string {
    const { name, state } = this.#options
    return join(state, `${name}${isBatch ? '.batch' : ''}.checkpoint`)
  }

  #addressOf(isBatch: boolean): Address {
    const { name, state, kv } = this.#options
    const prefix = kv.prefix.endsWith('/') ? kv.prefix : `${kv.prefix}/`
    return {
      url: kv.url ?? `file:${join(state, 'kv')}`,
      path: `${prefix}checkpoints/${name}${isBatch ? '.batch' : ''}`,
    }
  }

  #contextOf(file: CheckpointFile): MoveContext {
    return { file, log: this.#options.log, shelf: (address) => this.#shelf(address) }
  }

  async #shelf(address: Address): Promise<Shelf> {
    this.#stores ??= this.#openStores()
    return (await this.#stores).shelf(address, addressText(address))
  }
}

/** Records in the file. */
class InFile implements Checkpoints {
  readonly #context: MoveContext

  constructor(context: MoveContext) {
    this.#context = context
  }

  get name(): string {
    return this.#context.file.name
  }

  async load(): Promise<Json> {
    return parsed(await bringToFile(this.#context))
  }

  store(json: string): Promise<void> {
    return this.#context.file.store(json)
  }

  clear(): Promise<void> {
    return this.#context.file.clear()
  }

  close(): void {
    this.#context.file.close()
  }
}

/** Records in a database. The file says where they are, and its lock keeps those away whose records are in the file. */
class InDatabase implements Checkpoints {
  readonly name: string
  readonly #context: MoveContext
  readonly #address: Address
  #shelf: Shelf | null = null
  #isTold = false

  constructor(context: MoveContext, address: Address) {
    this.name = addressText(address)
    this.#context = context
    this.#address = address
  }

  async load(): Promise<Json> {
    const [json, isTold] = await bringToDatabase(this.#context, this.#address)
    this.#isTold = isTold
    return parsed(json)
  }

  async store(json: string): Promise<void> {
    this.#shelf ??= await this.#context.shelf(this.#address)
    await this.#shelf.store(json)
    if (!this.#isTold) await this.#context.file.point(JSON.stringify(this.#address))
    this.#isTold = true
  }

  /** First the file: one that said where there is no record would stop the next run. */
  async clear(): Promise<void> {
    this.#shelf ??= await this.#context.shelf(this.#address)
    await this.#context.file.clear()
    this.#isTold = false
    await this.#shelf.clear()
  }

  /** The database goes on having it: another train of this process may come. */
  close(): void {
    this.#context.file.close()
  }
}

function parsed(json: string | null): Json {
  return json === null ? null : (JSON.parse(json) as Json)
}
