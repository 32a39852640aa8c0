/**
 * How a cog reads and writes a datum without knowing its shape: getters and setters.
 *
 * Each accessor is generated for its key, with a code body of its own: one shared body for all keys would make every
 * load megamorphic, measured at eight times the cost. Its text is also offered to the engine, which writes it straight
 * into the compiled line. Only keys quoted as JSON ever enter a text.
 */
import { types } from 'node:util'
import { describeValue } from '../../errors/index.js'
import { codegen, generate } from './codegen.js'

/** Reads one piece of a datum. */
export type Getter<T, Piece> = (data: T) => Piece
/** Puts one piece into a datum and returns the datum, which may be a new object. */
export type Setter<T, Piece, Out = T> = (data: T, piece: Piece) => Out

/** A key of an object, an index of a list, or a path of them into nested data. */
export type Path = string | number | readonly (string | number)[]

/** What an accessor offers the engine: its text, given the text of its arguments. */
export interface Inlined {
  /** The name of a local constant for the datum in, to an expression. Undefined if it has to be called. */
  readonly [INLINE]?: (data: string, piece: string) => string
}

/** Under this symbol an accessor keeps the text that the engine may use instead of a call. */
export const INLINE = Symbol('inline')

/** Where a getter of one path reads, so that a setter of the same place can be made. */
const places = new WeakMap<object, Path>()

/**
 * A getter for a key, an index or a path; with several arguments, for a tuple of them (as Python's itemgetter).
 * A missing step gives undefined. A name that objects inherit (`constructor`, `__proto__`) is only ever an own property.
 *
 * @throws {TypeError} If a key is neither a string nor a whole number of at least 0.
 * @example
 * assert.equal(itemGetter('ip')({ ip: '192.0.2.1' }), '192.0.2.1')
 * assert.equal(itemGetter(['http', 'status'])({ http: { status: 200 } }), 200)
 * assert.deepEqual(itemGetter('ip', 'port')({ ip: '192.0.2.1', port: 25 }), ['192.0.2.1', 25])
 * assert.equal(itemGetter('constructor')({}), undefined)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a getter by name can't know the datum's type; the caller may state it
export function itemGetter<T = any, Piece = any>(...paths: readonly [Path, ...Path[]]): Getter<T, Piece> {
  const plans = paths.map(keysOf)
  const label = `item ${paths.map(describeValue).join(', ')}`
  const [first] = plans
  if (plans.length > 1 || first === undefined) {
    const getters = paths.map((path) => itemGetter<T, unknown>(path))
    return rename((data: T) => getters.map((get) => get(data)) as Piece, label)
  }
  const get = codegen ? generatedGetter<T, Piece>(first) : (data: T) => readPath(data, first) as Piece
  places.set(get, first)
  return rename(get, label)
}

function generatedGetter<T, Piece>(keys: readonly (string | number)[]): Getter<T, Piece> {
  const inline = (data: string): string => readText(data, keys)
  const get = generate<Getter<T, Piece>>(['d'], `return ${inline('d')};`)
  return Object.assign(get, { [INLINE]: inline })
}

/**
 * A setter that puts a piece back where a getter reads it: what a cog that changes a piece in its place does if it is
 * given a getter alone.
 *
 * @throws {TypeError} If the getter is a function of one's own, or of several pieces: then nobody knows where it reads.
 * @example
 * assert.deepEqual(setterLike(itemGetter('client'))({ client: 'a' }, 'b'), { client: 'b' })
 * assert.throws(() => setterLike((data) => data.client), /setter must be given/)
 */
export function setterLike<T, Piece, Out = T>(getter: Getter<T, unknown>): Setter<T, Piece, Out> {
  if ((getter as unknown) === wholeGetter) return wholeSetter as unknown as Setter<T, Piece, Out>
  const path = places.get(getter)
  if (path === undefined) {
    throw new TypeError('setter must be given with a getter of your own: else nobody knows where the result belongs')
  }
  return itemSetter<T, Piece>(path) as unknown as Setter<T, Piece, Out>
}

/**
 * A setter for a key, an index or a path. Missing steps of a path are made. With `copy: true` the datum that comes in
 * stays as it is: it and each step of the path are copied.
 *
 * @throws {TypeError} If a key is neither a string nor a whole number of at least 0.
 * @example
 * const data = { ip: '192.0.2.1' }
 * assert.equal(itemSetter('host')(data, 'a.example'), data)
 * assert.deepEqual(itemSetter(['dns', 'host'], { copy: true })(data, 'b'), { ip: '192.0.2.1', host: 'a.example', dns: { host: 'b' } })
 * assert.equal(Object.hasOwn(itemSetter('__proto__')({}, 1), '__proto__'), true)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export function itemSetter<T = any, Piece = any>(path: Path, options: { copy?: boolean } = {}): Setter<T, Piece> {
  const keys = keysOf(path)
  const label = `item ${describeValue(path)}`
  const [key] = keys
  if (options.copy === true) return rename((data: T, piece: Piece) => writeCopy(data, keys, 0, piece) as T, label)
  if (!codegen || keys.length > 1 || key === undefined || key === '__proto__') {
    return rename((data: T, piece: Piece) => writePath(data, keys, piece), label)
  }
  const inline = (data: string, piece: string): string => `(${data}[${JSON.stringify(key)}] = ${piece}, ${data})`
  const set = generate<Setter<T, Piece>>(['d', 'p'], `return ${inline('d', 'p')};`)
  return rename(Object.assign(set, { [INLINE]: inline }), label)
}

/** A getter of the event's id, by default the key `id`. */
export function idGetter<T>(path: Path = 'id'): Getter<T, string> {
  return itemGetter<T, string>(path)
}

/** A setter of the event's id, by default the key `id`. */
export function idSetter<T>(path: Path = 'id', options: { copy?: boolean } = {}): Setter<T, string> {
  return itemSetter<T, string>(path, options)
}

/** A getter of the whole datum. */
export const wholeGetter: Getter<unknown, unknown> & Inlined = Object.assign((data: unknown) => data, {
  [INLINE]: (data: string) => data,
})

/** A setter that puts the piece in the place of the whole datum. */
export const wholeSetter: Setter<unknown, unknown, unknown> & Inlined = Object.assign(
  (_data: unknown, piece: unknown) => piece,
  { [INLINE]: (_data: string, piece: string) => piece },
)

/**
 * Set a property whose name came from data: it becomes an own property whatever its name, and never reaches a prototype.
 *
 * @example
 * const data = {}
 * setOwn(data, '__proto__', { admin: true })
 * assert.equal('admin' in data, false)
 */
export function setOwn(data: object, name: string | number, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(data, name, { value, writable: true, enumerable: true, configurable: true })
  } else {
    ;(data as Record<string | number, unknown>)[name] = value
  }
}

/**
 * A shallow copy of a plain object, a list, a Map, a Set, a Date or bytes; what has no parts is its own copy. Objects of
 * other classes are refused: what their class keeps private would stay behind, and nobody can see whether there is any.
 *
 * @throws {TypeError} If it can't be copied.
 * @example
 * const copy = shallowCopy({ a: { b: 1 } })
 * assert.deepEqual(copy, { a: { b: 1 } })
 * assert.throws(() => shallowCopy(new URL('https://example.org')), /cannot copy an object of the class URL/)
 */
export function shallowCopy<T>(data: T): T {
  return copyOf(data, 'say shared: true for a branch that only reads it')
}

function copyOf<T>(data: T, orElse: string): T {
  if (typeof data !== 'object' || data === null) return data
  const prototype = Object.getPrototypeOf(data) as object | null
  if (prototype === Object.prototype) return { ...data }
  if (prototype === Array.prototype) return (data as unknown as unknown[]).slice() as T
  const above = prototype === null ? null : (Object.getPrototypeOf(prototype) as object | null)
  if (above === null) return copyProperties(data, prototype) // Without a prototype, or plain in another realm.
  if (data instanceof DataView) {
    return new DataView(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)) as T
  }
  // One for all kinds of bytes and numbers; that of a Buffer itself would share its memory.
  if (ArrayBuffer.isView(data)) return Uint8Array.prototype.slice.call(data) as T
  // Of these classes themselves, in whatever realm: one that is derived may keep more.
  if (Object.getPrototypeOf(above) === null) {
    if (Array.isArray(data)) return data.slice() as T
    if (types.isMap(data)) return new Map(data) as T
    if (types.isSet(data)) return new Set(data) as T
    if (types.isDate(data)) return new Date(data) as T
  }
  const { constructor } = prototype as { constructor?: { name?: unknown } }
  throw new TypeError(
    `cannot copy an object of the class ${String(constructor?.name)}, for what that keeps private would stay behind: make it a plain object, or ${orElse}`,
  )
}

function copyProperties<T extends object>(data: T, prototype: object | null): T {
  const properties = Object.getOwnPropertyDescriptors(data)
  for (const key of Reflect.ownKeys(properties)) {
    const property = (properties as Record<string | symbol, PropertyDescriptor>)[key] as PropertyDescriptor
    property.configurable = true // The copy of something frozen can be written.
    if ('value' in property) property.writable = true
  }
  return Object.defineProperties(Object.create(prototype) as T, properties)
}

function keysOf(path: Path): readonly (string | number)[] {
  const keys = Array.isArray(path) ? (path as readonly (string | number)[]) : [path as string | number]
  for (const key of keys) {
    const good = typeof key === 'string' || (typeof key === 'number' && Number.isInteger(key) && key >= 0)
    if (!good)
      throw new TypeError(`a key must be a string or a whole number of at least 0: it is ${describeValue(key)}`)
  }
  if (keys.length === 0) throw new TypeError('a path must have at least one key: it is empty')
  return keys
}

function isInherited(key: string | number): boolean {
  return typeof key === 'string' && key in Object.prototype
}

function readText(data: string, keys: readonly (string | number)[]): string {
  let text = data
  keys.forEach((key, i) => {
    const quoted = JSON.stringify(key)
    if (isInherited(key)) {
      const isThere = i === 0 ? '' : 'o !== null && o !== undefined && '
      text = `((o) => ${isThere}Object.hasOwn(o, ${quoted}) ? o[${quoted}] : undefined)(${text})`
    } else text += i === 0 ? `[${quoted}]` : `?.[${quoted}]`
  })
  return text
}

function readPath(data: unknown, keys: readonly (string | number)[]): unknown {
  let at: unknown = data
  for (const key of keys) {
    if (at === null || at === undefined) {
      if (at === data) throw new TypeError(`cannot read ${describeValue(key)} of ${String(data)}`)
      return undefined
    }
    at = isInherited(key) && !Object.hasOwn(at, key) ? undefined : (at as Record<string | number, unknown>)[key]
  }
  return at
}

function writePath<T>(data: T, keys: readonly (string | number)[], piece: unknown): T {
  let at = data as object
  keys.forEach((key, i) => {
    if (i === keys.length - 1) {
      setOwn(at, key, piece)
      return
    }
    const step = readPath(at, [key])
    if (typeof step === 'object' && step !== null) at = step
    else {
      const made = typeof keys[i + 1] === 'number' ? [] : {}
      setOwn(at, key, made)
      at = made
    }
  })
  return data
}

function writeCopy(data: unknown, keys: readonly (string | number)[], i: number, piece: unknown): unknown {
  const key = keys[i]
  if (key === undefined) return piece
  const empty = typeof key === 'number' ? [] : {}
  const copy = typeof data === 'object' && data !== null ? copyOf<object>(data, 'set it without copy: true') : empty
  setOwn(copy, key, writeCopy(readPath(copy, [key]), keys, i + 1, piece))
  return copy
}

function rename<F extends object>(fn: F, name: string): F {
  return Object.defineProperty(fn, 'name', { value: name })
}
