import { Mapper, describeValue, insert, type Settings, type Winder } from '../lib/movement/index.js'
import { fieldPath } from '../lib/text/field-path.js'
import { omissionOf, omit, type Omission } from '../lib/text/omit.js'

/** Configuration insert: what an operator may set. */
export const removeFieldsBaseConfig = insert({
  fields: { doc: 'What is taken away: keys, or paths such as `/http/status`.', format: 'strings' },
})

/** What is taken away. */
export type RemoveFieldsOptions = Settings<typeof removeFieldsBaseConfig>

/**
 * Take the named fields away, and keep the rest.
 *
 * In: an object. Out: a new one without these fields. A field is named by its key, or by a path that begins with a slash
 * (`/http/status`). One that isn't there is no error.
 *
 * @throws {TypeError} From a turn: if the datum is no object. From the constructor: if a field has no name.
 * @throws {RangeError} From the constructor: if no field is named.
 * @example
 * const remove = new RemoveFields(train, { fields: ['password', '/http/cookie'] })
 * const data = { user: 'anna', password: 'secret', http: { cookie: 'x', status: 200 } }
 * assert.deepEqual(remove.turn(data), [{ user: 'anna', http: { status: 200 } }])
 */
export class RemoveFields<In extends object, Out = Partial<In>> extends Mapper<In, Out, RemoveFieldsOptions> {
  static readonly baseConfig = removeFieldsBaseConfig
  private readonly omission: Omission

  constructor(train: Winder, options: RemoveFieldsOptions) {
    super(train, options)
    const { fields } = options
    if (fields.length === 0) throw new RangeError('fields must name at least one field: it is empty')
    this.omission = omissionOf(fields.map(fieldPath))
  }

  one(data: In): Out {
    if (typeof data !== 'object' || (data as unknown) === null) {
      throw new TypeError(`fields can only be removed of an object: it is ${describeValue(data)}`)
    }
    return omit(data, this.omission) as Out
  }
}
