/** What a store shows, for whoever holds a proxy of it: its attributes and methods, with their documentation. */
import { DeadbeatError } from '../../errors/index.js'
import type { Description } from '../model/item-options.js'
import { meant } from '../model/meant.js'
import type { Store } from '../model/store.js'

/** Whether somebody may use a path in some way. */
export type MayUse = (right: 'read' | 'set' | 'call', path: string) => boolean

/** A method for people and programs that don't know it. */
export interface MethodDescription {
  readonly name: string
  readonly doc: string
  /** Null: nothing is known of its arguments. */
  readonly params: readonly string[] | null
}

/** What a daemon shows. */
export interface Schema {
  readonly name: string
  readonly attributes: readonly Description[]
  readonly methods: readonly MethodDescription[]
}

/** The key by which every daemon answers what it shows. */
export const SCHEMA = '_schema'

/** The method that ends a daemon in order. */
export const STOP = '_stop'

/**
 * What a store shows, as far as whoever asks may use it; what begins with `_` belongs to the machinery and isn't told.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * new Item(store, 'level', { type: 'numeric', doc: 'How bright it is.' })
 * assert.deepEqual(schemaOf(store).attributes.map(({ key, doc }) => [key, doc]), [['level', 'How bright it is.']])
 */
export function schemaOf(store: Store, mayUse: MayUse = () => true): Schema {
  const methods = [...store.methods].filter(([name]) => !name.startsWith('_') && mayUse('call', name))
  const items = store.items.filter(({ key }) => !key.startsWith('_') && (mayUse('read', key) || mayUse('set', key)))
  return {
    name: store.name,
    attributes: items.map((item) => item.describe()),
    methods: methods.map(([name, { doc, params = null }]) => ({ name, doc, params })),
  }
}

/**
 * The documentation in a schema: of one path, or a line for each.
 *
 * @throws {DeadbeatError} `ERR_NO_ITEM` if nothing has that path.
 * @example
 * const schema = { name: 'lamp', attributes: [], methods: [{ name: 'flash', doc: 'Flash once.', params: [] }] }
 * assert.equal(docOf(schema, 'flash'), 'Flash once.')
 * assert.equal(docOf(schema), 'flash(): Flash once.')
 */
export function docOf({ name, attributes, methods }: Schema, path = ''): string {
  const docs = [
    ...attributes.map(({ key, doc }) => ({ path: key, label: key, doc })),
    ...methods.map((method) => ({ path: method.name, label: signatureOf(method), doc: method.doc })),
  ]
  if (path === '') return docs.map(({ label, doc }) => (doc === '' ? label : `${label}: ${doc}`)).join('\n')
  const found = docs.find((one) => one.path.toLowerCase() === path.toLowerCase())
  if (found !== undefined) return found.doc
  const parts = docs.filter((one) => one.path.toLowerCase().startsWith(`${path.toLowerCase()}.`))
  if (parts.length > 0) return parts.map(({ label, doc }) => (doc === '' ? label : `${label}: ${doc}`)).join('\n')
  throw new DeadbeatError(
    'ERR_NO_ITEM',
    `${name} has no ${path}: ${meant(
      path,
      docs.map((one) => one.path),
    )}`,
  )
}

function signatureOf({ name, params }: MethodDescription): string {
  return `${name}(${params?.join(', ') ?? '…'})`
}
