/** What a class shows of itself: a static table of its methods and attributes, and how they become a store's. */
import { types } from 'node:util'
import { describeValue } from '../../errors/index.js'
import { Item } from '../model/item.js'
import type { ItemOptions } from '../model/item-options.js'
import type { Store } from '../model/store.js'
import type { ItemType } from '../types/value-rules.js'
import { Bulk } from '../../wire/index.js'
import { exposeMethod, Turns } from './methods.js'
import { travelling } from './travelling.js'

type Callable = (...args: never[]) => unknown

/** A name for each argument. */
type Names<A extends readonly unknown[]> = { readonly [I in keyof A]: string }

/** What others are told of a method, and how it may be called. */
export interface ExposedMethod<M extends Callable = Callable> {
  /** One sentence. */
  readonly doc?: string
  /**
   * The names of its arguments, in their order: who names an argument needs them. More than these are refused, and so is a call
   * without those that the method has no default for; a name with a question mark, as `times?`, may be left out as well.
   */
  readonly params?: Names<Parameters<M>>
  /** Whether its calls wait for each other. */
  readonly serial?: boolean
}

/** What the item of an attribute is: all that an item says of itself but where its value comes from. */
export type ExposedAttribute<T = unknown> = Omit<
  ItemOptions<T>,
  'accept' | 'authoritative' | 'compute' | 'initial' | 'isStream' | 'pub' | 'subscribe'
>

/** An object that belongs to another: its members are reached by a path, as `motor.speed`. */
export interface ExposedPart<T = unknown> {
  readonly nested: Exposed<T>
  /** Whether calls of its methods wait for each other, of whichever method they are. */
  readonly serial?: boolean
}

/** One name that a class shows. */
export type ExposedMember<M> = M extends Callable
  ? ExposedMethod<M>
  : M extends object
    ? ExposedAttribute<M> | ExposedPart<M>
    : ExposedAttribute<M>

/**
 * What a class shows of itself, by the names of its public methods and attributes. What doesn't stand there can't be reached.
 *
 * Beside it a class may say `static readonly serial = true`: calls of its methods wait for each other then.
 *
 * @example
 * class Lamp {
 *   static readonly exposed = {
 *     level: { doc: 'How bright it is.', range: [0, 10] },
 *     flash: { doc: 'Flash some times.', params: ['times'] },
 *   } satisfies Exposed<Lamp>
 *   level = 0
 *   flash(times: number) {
 *     return `flashed ${times} times`
 *   }
 * }
 * const store = new Store('lamp', new Escapement())
 * const lamp = new Lamp()
 * expose(store, lamp)
 * await store.item('level').set(3)
 * assert.equal(lamp.level, 3)
 */
export type Exposed<T> = { readonly [K in keyof T & string]?: ExposedMember<NonNullable<T[K]>> }

/** The table of a class that isn't known. */
export type ExposedTable = Readonly<Record<string, object>>

/** The fields of each kind of entry that the other kinds don't have. */
const METHOD_FIELDS = ['doc', 'params', 'serial']
const PART_FIELDS = ['nested', 'serial']
const NOT_OF_ATTRIBUTES = [
  'accept',
  'authoritative',
  'compute',
  'initial',
  'isStream',
  'params',
  'pub',
  'serial',
  'subscribe',
]

/** A name by which a proxy can be asked, and which is one on the wire. */
const NAME = /^[a-z][a-z0-9_-]*$/i
/** What means something else to whoever holds a proxy. */
const TAKEN = ['then', 'catch', 'finally', 'constructor', 'prototype']

/**
 * Show in a store what the class of an object exposes: each attribute as an item, which is computed from the property and
 * sets it; each method among the store's methods. Attributes whose name begins with `pst` are persistent.
 *
 * @returns The items.
 * @throws {TypeError} If the table names what isn't there, what can't be a name, or two names that differ only in case.
 */
export function expose(
  store: Store,
  owner: object,
  makeItem: MakeItem = (key, options) => new Item(store, key, options),
): Item[] {
  const { exposed, serial = false } = owner.constructor as { exposed?: ExposedTable; serial?: boolean }
  if (exposed === undefined) return []
  const exposure = new Exposure(store, owner.constructor.name, makeItem)
  exposure.part({ path: [], owner: () => owner, table: exposed, turns: serial ? new Turns() : null })
  return exposure.items
}

/** Makes an item of a store: with what an item file says of it, or plainly. */
export type MakeItem = (key: string, options: ItemOptions) => Item

interface Part {
  readonly path: readonly string[]
  /** Asked at each use: a part may be replaced by another. */
  readonly owner: () => unknown
  readonly table: ExposedTable
  /** Of all its methods together. */
  readonly turns: Turns | null
}

class Exposure {
  readonly items: Item[] = []
  readonly #store: Store
  readonly #className: string
  readonly #makeItem: MakeItem
  readonly #names = new Map<string, string>()

  constructor(store: Store, className: string, makeItem: MakeItem) {
    this.#store = store
    this.#className = className
    this.#makeItem = makeItem
    for (const name of store.methods.keys()) this.#names.set(name.toLowerCase(), name)
  }

  part(part: Part): void {
    const owner = part.owner()
    if (typeof owner !== 'object' || owner === null)
      throw this.#refusal(part.path, `it is ${describeValue(owner)}, and no object that has members`)
    for (const [name, entry] of Object.entries(part.table)) this.#member(part, owner, name, entry)
  }

  #member(part: Part, owner: object, name: string, entry: object): void {
    const path = [...part.path, name]
    this.#checkName(path, name)
    if (!(name in owner) || name in Object.prototype)
      throw this.#refusal(path, `the class ${owner.constructor.name} has no such method or attribute`)
    if ('nested' in entry) this.#nested(part, path, name, entry as ExposedPart)
    else if (isMethod(owner, name)) this.#method(part, owner, path, name, entry)
    else this.#attribute(part, owner, path, name, entry)
  }

  #checkName(path: readonly string[], name: string): void {
    const full = path.join('.')
    if (!NAME.test(name) || TAKEN.includes(name))
      throw this.#refusal(
        path,
        `a name begins with a letter, has letters, digits, _ and - only, and is none of ${TAKEN.join(', ')}`,
      )
    const other = this.#names.get(full.toLowerCase())
    if (other !== undefined)
      throw this.#refusal(path, `there is ${other}, and names must differ in more than their case`)
    this.#names.set(full.toLowerCase(), full)
  }

  #nested({ owner }: Part, path: readonly string[], name: string, entry: ExposedPart): void {
    this.#checkFields(path, entry, (field) => PART_FIELDS.includes(field), 'an object with members of its own')
    this.part({
      path,
      owner: () => Reflect.get(ownerOf(owner(), path), name) as unknown,
      table: entry.nested,
      turns: entry.serial === true ? new Turns() : null,
    })
  }

  #method({ owner, turns }: Part, holder: object, path: readonly string[], name: string, entry: ExposedMethod): void {
    this.#checkFields(path, entry, (field) => METHOD_FIELDS.includes(field), 'a method')
    const full = path.join('.')
    const method = exposeMethod({
      name: full,
      doc: entry.doc ?? '',
      ...argumentsOf(entry, propertyOf(holder, name)?.value as Callable),
      turns: turns ?? (entry.serial === true ? new Turns() : null),
      run: (args) => {
        const self = ownerOf(owner(), path)
        return Reflect.apply(Reflect.get(self, name) as Callable, self, args) as unknown
      },
      // It may have changed any attribute: whoever watches one needn't wait until it is looked at.
      ended: () => this.items.forEach((item) => item.refresh()),
    })
    this.#store.methods.set(full, method)
  }

  #attribute({ owner }: Part, holder: object, path: readonly string[], name: string, entry: ExposedAttribute): void {
    this.#checkFields(path, entry, (field) => !NOT_OF_ATTRIBUTES.includes(field), 'an attribute')
    const full = path.join('.')
    const property = propertyOf(holder, name)
    const isWritable = property?.set !== undefined || property?.writable === true
    if (entry.settable === true && !isWritable) throw this.#refusal(path, 'it is settable: true, but it has no setter')
    const { settable = isWritable, persist = name.startsWith('pst'), type = typeOf(property?.value) } = entry
    const item = this.#makeItem(full, {
      ...entry,
      ...{ type, settable, persist },
      compute: () => travelling(Reflect.get(ownerOf(owner(), path), name), full),
      ...(settable
        ? {
            accept: (value) => {
              const self = ownerOf(owner(), path)
              // A copy: what came is frozen, and what the object holds it may change.
              Reflect.set(self, name, travelling(value, full))
              return travelling(Reflect.get(self, name), full)
            },
          }
        : {}),
    })
    this.items.push(item)
  }

  #checkFields(path: readonly string[], entry: object, isKnown: (field: string) => boolean, what: string): void {
    const wrong = Object.keys(entry).find((field) => !isKnown(field))
    if (wrong !== undefined) throw this.#refusal(path, `it is ${what}, of which the table can't say ${wrong}`)
  }

  #refusal(path: readonly string[], rule: string): TypeError {
    return new TypeError(`${this.#className} cannot expose ${path.join('.')}: ${rule}`)
  }
}

function ownerOf(owner: unknown, path: readonly string[]): object {
  if (typeof owner === 'object' && owner !== null) return owner
  throw new TypeError(
    `${path.join('.')} can't be reached: ${path.slice(0, -1).join('.')} is ${describeValue(owner)} now`,
  )
}

/** What a method takes; its length counts what stands before the first default. */
function argumentsOf({ params }: ExposedMethod, { length }: Callable) {
  if (params === undefined) return { params: null, required: 0 }
  const optional = params.findIndex((param) => param.endsWith('?'))
  return {
    params: params.map((param) => param.replace(/\?$/, '')),
    required: Math.min(optional < 0 ? params.length : optional, length),
  }
}

/** Where a getter stands for the attribute it isn't asked: it may need what isn't there before the daemon runs. */
function propertyOf(holder: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = holder; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const property = Object.getOwnPropertyDescriptor(at, name)
    if (property !== undefined) return property
  }
  return undefined
}

function isMethod(holder: object, name: string): boolean {
  return typeof propertyOf(holder, name)?.value === 'function'
}

function typeOf(value: unknown): ItemType {
  if (typeof value === 'number') return 'numeric'
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean'
  return types.isTypedArray(value) || value instanceof Bulk ? 'bulk' : 'json'
}
