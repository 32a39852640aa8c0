/**
 * Typed entities: what lies below a template of keys, as objects that a schema has checked.
 *
 * They are used on a database directly or within a transaction, in the same way. Every value is checked when it is read
 * and before it is written; what is found at a key is never taken for more than it is.
 */
import { requireAtLeast, toError } from '../../errors/index.js'
import { EntityError } from '../errors.js'
import type { CreateOptions, DeleteOptions, PutOptions } from '../options.js'
import { readPaths, readText, readTexts, type Database } from './access.js'
import { formatJson, parseJson, type JsonObject } from './json.js'
import { KeyTemplate, type PartPatterns, type Parts } from './key-template.js'
import { conform, type Schema } from './schema.js'

/** Where the version of an object stands in it. */
const VERSION = '$version'

/** What an entity is. */
export interface EntityOptions<K extends string, T extends object> {
  /** Where it lies, its parts in braces: `/pb/{id}/state`. */
  readonly key: K
  /** What parts have to be like. */
  readonly parts?: PartPatterns<K>
  /** Stands before `key`, so that several databases can lie in one store: `/deadbeat`. */
  readonly prefix?: string
  /** What its objects have to be like; any object of JSON if it isn't given. */
  readonly schema?: Schema<T>
  /** The version of that, kept in each object as `$version`; not given: none is kept. One without is of version 0. */
  readonly version?: number
  /** Makes of an object of a lower version one of this. What is read is changed so; it is stored when it is written next. */
  readonly upgrade?: (value: JsonObject, version: number) => unknown
}

/** Which keys are listed. */
export interface EntityListOptions {
  /** How the first part that isn't given begins. */
  readonly startsWith?: string
}

/**
 * A kind of object in a database.
 *
 * @example
 * await using kv = new MemoryBackend()
 * const state = entity({ key: '/pb/{id}/state', parts: { id: /^[A-Za-z0-9-]{1,64}$/ } })
 * await state.create(kv, { id: 'pb-1' }, { status: 'RUNNING' })
 * assert.deepEqual(await state.get(kv, { id: 'pb-1' }), { status: 'RUNNING' })
 * assert.deepEqual(await state.list(kv), [{ id: 'pb-1' }])
 * await kv.transact(async (txn) => {
 *   const { status } = await state.get(txn, { id: 'pb-1' })
 *   await state.update(txn, { id: 'pb-1' }, { status, last: true })
 * })
 * await assert.rejects(state.get(kv, { id: 'no_id' }), /id must match/)
 */
export class Entity<K extends string, T extends object> {
  readonly options: EntityOptions<K, T>
  readonly template: KeyTemplate<K>

  constructor(options: EntityOptions<K, T>) {
    if (options.version !== undefined) requireAtLeast(1, options, 'version')
    this.options = options
    this.template = new KeyTemplate(options.key, options.parts, options.prefix)
  }

  /** The path of one. */
  path(parts: Parts<K>): string {
    return this.template.path(parts)
  }

  /**
   * One of them; null if there is none.
   *
   * @throws {InvalidPathError} If the parts aren't as they have to be.
   * @throws {EntityError} If what lies there isn't one.
   */
  async get(db: Database, parts: Parts<K>): Promise<T | null> {
    const path = this.path(parts)
    const text = await readText(db, path)
    return text === null ? null : await this.parse(path, text)
  }

  /** Whether there is one, whatever it is like. */
  async exists(db: Database, parts: Parts<K>): Promise<boolean> {
    return (await readText(db, this.path(parts))) !== null
  }

  /** Which there are, in the order of their paths: those with the parts given, or all. Keys of others are left out. */
  async list(db: Database, known: Partial<Parts<K>> = {}, options: EntityListOptions = {}): Promise<Parts<K>[]> {
    const { path, level } = this.template.search(known, options.startsWith)
    return this.#ours(await readPaths(db, path, level), known).map(([parts]) => parts)
  }

  /**
   * The same with their values.
   *
   * @throws {EntityError} If what lies at one of the keys isn't one.
   */
  async entries(
    db: Database,
    known: Partial<Parts<K>> = {},
    options: EntityListOptions = {},
  ): Promise<[parts: Parts<K>, value: T][]> {
    const { path, level } = this.template.search(known, options.startsWith)
    const texts = new Map(await readTexts(db, path, level))
    const ours = this.#ours([...texts.keys()], known)
    return Promise.all(
      ours.map(async ([parts, at]): Promise<[Parts<K>, T]> => [parts, await this.parse(at, texts.get(at) ?? '')]),
    )
  }

  /**
   * Write one that isn't there.
   *
   * @throws {ConfigCollision} If it is.
   * @throws {EntityError} If the value isn't as it has to be.
   */
  async create(db: Database, parts: Parts<K>, value: T, options?: CreateOptions): Promise<void> {
    const path = this.path(parts)
    await db.create(path, await this.format(path, value), options)
  }

  /**
   * Write one that is there. It keeps its lease unless another is given.
   *
   * @throws {ConfigVanished} If it isn't.
   * @throws {EntityError} If the value isn't as it has to be.
   */
  async update(db: Database, parts: Parts<K>, value: T, options?: PutOptions): Promise<void> {
    const path = this.path(parts)
    await db.update(path, await this.format(path, value), options)
  }

  /**
   * Write one, there or not. It keeps its lease unless another is given.
   *
   * @throws {EntityError} If the value isn't as it has to be.
   */
  async createOrUpdate(db: Database, parts: Parts<K>, value: T, options?: PutOptions): Promise<void> {
    const path = this.path(parts)
    await db.put(path, await this.format(path, value), options)
  }

  /**
   * Delete one; with `recursive` what lies below as well. Siblings whose names begin alike stay.
   *
   * @throws {ConfigVanished} If it isn't there, unless `mustExist` is false.
   */
  async delete(db: Database, parts: Parts<K>, options: Omit<DeleteOptions, 'prefix'> = {}): Promise<void> {
    await db.delete(this.path(parts), { ...options, prefix: false })
  }

  /**
   * What lies at a path, as one of them.
   *
   * @throws {EntityError} If it isn't one.
   */
  async parse(path: string, text: string): Promise<T> {
    try {
      return await this.#conform(this.#upgrade(parseJson(text)))
    } catch (error) {
      throw entityError(path, error)
    }
  }

  /**
   * One of them as it is stored.
   *
   * @throws {EntityError} If it isn't as it has to be.
   */
  async format(path: string, value: T): Promise<string> {
    const { version } = this.options
    try {
      const checked = await this.#conform(value)
      const text = formatJson(checked)
      return version === undefined ? text : formatJson({ ...parseJson(text), [VERSION]: version })
    } catch (error) {
      throw entityError(path, error)
    }
  }

  async #conform(value: unknown): Promise<T> {
    const { schema } = this.options
    return schema === undefined ? (value as T) : await conform(schema, value)
  }

  #upgrade(stored: JsonObject): unknown {
    const { version, upgrade } = this.options
    if (version === undefined) return stored
    const { [VERSION]: found = 0, ...value } = stored
    if (typeof found !== 'number') throw new TypeError(`${VERSION} must be a number: it is ${JSON.stringify(found)}`)
    if (found > version) throw new RangeError(`it is of version ${found}: this program knows up to ${version}`)
    return found === version || upgrade === undefined ? value : upgrade(value, found)
  }

  #ours(paths: readonly string[], known: Partial<Parts<K>>): [parts: Parts<K>, path: string][] {
    const wanted = Object.entries<string | undefined>(known)
    return paths.flatMap((path): [Parts<K>, string][] => {
      const parts = this.template.parse(path)
      const isOurs = parts !== null && wanted.every(([name, value]) => parts[name as keyof typeof parts] === value)
      return isOurs ? [[parts, path]] : []
    })
  }
}

/** Describe a kind of object in a database. */
export function entity<const K extends string, T extends object = JsonObject>(
  options: EntityOptions<K, T>,
): Entity<K, T> {
  return new Entity(options)
}

function entityError(path: string, error: unknown): EntityError {
  return new EntityError(path, toError(error).message, { cause: error })
}
