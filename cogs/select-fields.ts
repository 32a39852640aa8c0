import {
  Mapper,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { fieldPath } from '../lib/text/field-path.js'

/** Configuration insert: what an operator may set. */
export const selectFieldsBaseConfig = insert({
  fields: { doc: 'What is kept: keys, or paths such as `/http/status`.', format: 'strings' },
})

/** What is kept. */
export type SelectFieldsOptions = Settings<typeof selectFieldsBaseConfig>

/**
 * Keep the named fields of a datum, and nothing else.
 *
 * In: an object. Out: a new one with those of the fields that it has, in the order in which they are named. A field is
 * named by its key, or by a path that begins with a slash (`/http/status`), and then stays where it was.
 *
 * @throws {TypeError} From a turn: if the datum is no object. From the constructor: if a field has no name.
 * @throws {RangeError} From the constructor: if no field is named.
 * @example
 * const select = new SelectFields(train, { fields: ['ip', '/http/status'] })
 * const data = { ip: '192.0.2.1', agent: 'curl', http: { status: 200, method: 'GET' } }
 * assert.deepEqual(select.turn(data), [{ ip: '192.0.2.1', http: { status: 200 } }])
 */
export class SelectFields<In extends object, Out = Partial<In>> extends Mapper<In, Out, SelectFieldsOptions> {
  static readonly baseConfig = selectFieldsBaseConfig
  private readonly fields: readonly { get: (data: In) => unknown; set: (data: object, piece: unknown) => object }[]

  constructor(train: Winder, options: SelectFieldsOptions) {
    super(train, options)
    const { fields } = options
    if (fields.length === 0) throw new RangeError('fields must name at least one field: it is empty')
    this.fields = fields.map((name) => ({ get: itemGetter(fieldPath(name)), set: itemSetter(fieldPath(name)) }))
  }

  one(data: In): Out {
    if (typeof data !== 'object' || (data as unknown) === null) {
      throw new TypeError(`fields can only be selected of an object: it is ${describeValue(data)}`)
    }
    const kept = {}
    for (const { get, set } of this.fields) {
      const value = get(data)
      if (value !== undefined) set(kept, value)
    }
    return kept as Out
  }
}
