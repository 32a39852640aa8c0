import { Mapper, describeValue, insert, itemGetter, itemSetter, type Winder } from '../lib/movement/index.js'
import { fieldPath } from '../lib/text/field-path.js'
import { omissionOf, omit, type Omission } from '../lib/text/omit.js'

/** Configuration insert: what an operator may set. */
export const renameFieldsBaseConfig = insert({
  fields: {
    doc: 'The new name of each field by its old one: keys, or paths such as `/http/status`.',
    format: 'object',
  },
})

/** The new name of each field by its old one. */
export interface RenameFieldsOptions {
  readonly fields: Readonly<Record<string, unknown>>
}

interface Renaming {
  readonly get: (data: object) => unknown
  readonly set: (data: object, piece: unknown) => object
}

/**
 * Give fields other names.
 *
 * In: an object. Out: a new one with the same values under their new names, which come last. A field is named by its
 * key, or by a path that begins with a slash: `/http/status` as `status` lifts it out. A field that isn't there is left
 * out; what had the new name before is replaced. All are renamed at once, so that two may swap their names.
 *
 * @throws {TypeError} From a turn: if the datum is no object. From the constructor: if a name is no text.
 * @throws {RangeError} From the constructor: if no field is named, or two get the same name.
 * @example
 * const rename = new RenameFields(train, { fields: { src: '/source/ip', msg: 'message' } })
 * assert.deepEqual(rename.turn({ src: '192.0.2.1', n: 7 }), [{ n: 7, source: { ip: '192.0.2.1' } }])
 */
export class RenameFields<In extends object, Out = object> extends Mapper<In, Out, RenameFieldsOptions> {
  static readonly baseConfig = renameFieldsBaseConfig
  private readonly omission: Omission
  private readonly renamings: readonly Renaming[]

  constructor(train: Winder, options: RenameFieldsOptions) {
    super(train, options)
    const names = Object.entries(options.fields) as [string, string][]
    if (names.length === 0) throw new RangeError('fields must name at least one field: it is empty')
    const twice = names.find(([, to], i) => names.findIndex(([, other]) => other === to) !== i)
    if (twice !== undefined) {
      throw new RangeError(`fields must get different names: twice there is ${describeValue(twice[1])}`)
    }
    const paths = names.map(([from, to]) => ({ from: fieldPath(from), to: fieldPath(to) }))
    this.omission = omissionOf(paths.map(({ from }) => from))
    // With copy, since what lies on the way may be somebody else's, too.
    this.renamings = paths.map(({ from, to }) => ({ get: itemGetter(from), set: itemSetter(to, { copy: true }) }))
  }

  one(data: In): Out {
    if (typeof data !== 'object' || (data as unknown) === null) {
      throw new TypeError(`fields can only be renamed of an object: it is ${describeValue(data)}`)
    }
    let renamed = omit(data, this.omission)
    for (const { get, set } of this.renamings) {
      const value = get(data)
      if (value !== undefined) renamed = set(renamed, value)
    }
    return renamed as Out
  }
}
