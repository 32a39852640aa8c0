import {
  Mapper,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireOneOf,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { fieldPath } from '../lib/text/field-path.js'

const ON_INVALID = ['fail', 'keep', 'null'] as const

/** Configuration insert: what an operator may set. */
export const convertFieldsBaseConfig = insert({
  fields: {
    doc: 'What each field becomes: int, float, boolean, text, json (parsed), lower or upper (case).',
    format: 'object',
  },
  onInvalid: {
    doc: 'What is done with a value that can not become it: the datum fails, it is kept, or it is null.',
    format: ON_INVALID,
    default: 'fail',
    live: true,
  },
})

/** What each field becomes. */
export interface ConvertFieldsOptions extends Partial<Pick<Settings<typeof convertFieldsBaseConfig>, 'onInvalid'>> {
  readonly fields: Readonly<Record<string, unknown>>
}

interface Conversion {
  readonly name: string
  readonly type: string
  readonly get: (data: object) => unknown
  readonly set: (data: object, piece: unknown) => object
  readonly convert: (value: unknown) => unknown
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1', 't', 'y'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0', 'f', 'n'].map((word) => [word, false] as const),
])

/** What makes each type of a value; undefined where that can't be. */
const CONVERSIONS: ReadonlyMap<string, (value: unknown) => unknown> = new Map(
  Object.entries({
    int: toInt,
    float: toFloat,
    boolean: (value: unknown) => (typeof value === 'boolean' ? value : WORDS.get(String(value).trim().toLowerCase())),
    text: toText,
    json: toJson,
    lower: (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : undefined),
    upper: (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : undefined),
  }),
)

/**
 * Make numbers, booleans, text or nested data of fields.
 *
 * In: an object. Out: the same object with these fields converted; those that are missing or null stay so. `int` takes
 * decimal and `0x` digits that JavaScript holds exactly, `float` decimal numbers, `boolean` true/false, yes/no, on/off
 * and 1/0, `json` parses text. A field is named by its key, or by a path that begins with a slash.
 *
 * @throws {RangeError} From a turn: if a value can't become it and `onInvalid` is `fail`. From the constructor: if a
 * type is unknown, or no field is named.
 * @throws {TypeError} From a turn: if the datum is no object.
 * @example
 * const convert = new ConvertFields(train, { fields: { status: 'int', '/tls/used': 'boolean' } })
 * assert.deepEqual(convert.turn({ status: '200', tls: { used: 'yes' } }), [{ status: 200, tls: { used: true } }])
 */
export class ConvertFields<In extends object, Out = In> extends Mapper<In, Out, Required<ConvertFieldsOptions>> {
  static readonly baseConfig = convertFieldsBaseConfig
  private readonly conversions: readonly Conversion[]

  constructor(train: Winder, options: ConvertFieldsOptions) {
    super(train, { onInvalid: 'fail', ...options })
    const { fields } = this.options
    requireOneOf(ON_INVALID, this.options, 'onInvalid')
    this.conversions = Object.entries(fields).map(([name, type]) => conversionOf(name, type))
    if (this.conversions.length === 0) throw new RangeError('fields must name at least one field: it is empty')
  }

  one(data: In): Out {
    if (typeof data !== 'object' || (data as unknown) === null) {
      throw new TypeError(`fields can only be converted of an object: it is ${describeValue(data)}`)
    }
    let converted: object = data
    for (const conversion of this.conversions) {
      const value = conversion.get(data)
      if (value === undefined || value === null) continue
      const found = conversion.convert(value)
      const made = found === undefined ? this.invalid(value, conversion) : found
      if (made !== value) converted = conversion.set(converted, made)
    }
    return converted as Out
  }

  private invalid(value: unknown, { name, type }: Conversion): unknown {
    const { onInvalid } = this.options
    if (onInvalid === 'keep') return value
    if (onInvalid === 'null') return null
    throw new RangeError(`the field ${describeValue(name)} must be ${type}: it is ${describeValue(value)}`)
  }
}

function conversionOf(name: string, type: unknown): Conversion {
  const convert = CONVERSIONS.get(String(type))
  if (convert === undefined) {
    const rule = `must become one of ${[...CONVERSIONS.keys()].join(', ')}`
    throw new RangeError(`the field ${describeValue(name)} ${rule}: it is ${describeValue(type)}`)
  }
  const path = fieldPath(name)
  // What lies on the way may be another branch's, too.
  return { name, type: String(type), get: itemGetter(path), set: itemSetter(path, { copy: path.length > 1 }), convert }
}

function toInt(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\s*[+-]?(?:\d+|0[xX][\da-fA-F]+)\s*$/.test(value)) return undefined
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const [, sign, digits] = /^\s*([+-]?)(.*)$/.exec(String(value)) ?? []
  const number = Number(digits) * (sign === '-' ? -1 : 1)
  return Number.isSafeInteger(number) ? number + 0 : undefined // + 0 makes a -0 an ordinary 0.
}

function toFloat(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value)) return undefined
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return String(value)
  return JSON.stringify(value)
}

function toJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
