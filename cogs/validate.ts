import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ErrorObject, Options, ValidateFunction } from 'ajv'
import {
  ConfigError,
  Mapper,
  describeValue,
  insert,
  requireAtLeast,
  toError,
  wholeGetter,
  type Getter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { InvalidDatumError } from '../lib/text/invalid-datum.js'

/** Configuration insert: what an operator may set. */
export const validateBaseConfig = insert({
  schema: { doc: 'The JSON Schema itself.', format: 'object', default: null },
  schemaFile: { doc: 'A file with the JSON Schema instead.', format: 'path', default: null },
  faultsMax: {
    doc: 'How many faults of a datum are told; with 1 the first fault ends the look at it.',
    format: 'nat',
    min: 1,
    default: 10,
  },
})

/** The operator's settings, and what is looked at. */
export interface ValidateOptions<T> extends Partial<Settings<typeof validateBaseConfig>> {
  /** Reads what is looked at; by default the whole datum. */
  readonly getter?: Getter<T, unknown>
}

type Resolved<T> = Required<ValidateOptions<T>>

const DEFAULTS = { schema: null, schemaFile: null, faultsMax: 10, getter: wholeGetter }

/**
 * Let only data go on that are as a JSON Schema says.
 *
 * In: any datum. Out: the same datum. One that isn't fails, and its error has the faults: where dead letters are kept it
 * is diverted with them. Schemas of draft 7, 2019-09 and 2020-12 are known, by their `$schema`, and the usual formats
 * (`date-time`, `ipv4` …). Nothing is fetched: a `$ref` must lead within the schema. A `pattern` in it is as costly as
 * its author makes it.
 *
 * @throws {InvalidDatumError} `ERR_INVALID_DATUM`, from a turn: if the datum breaks rules.
 * @throws {ConfigError} From the constructor, or from start() if there is a `schemaFile`: if it can't be read or is no
 * schema.
 * @throws {RangeError} From the constructor: if not exactly one of `schema` and `schemaFile` is given.
 * @example
 * const schema = { type: 'object', required: ['ip'], properties: { ip: { type: 'string', format: 'ipv4' } } }
 * const validate = new Validate(train, { schema })
 * assert.deepEqual(validate.turn({ ip: '192.0.2.1' }), [{ ip: '192.0.2.1' }])
 * assert.throws(() => validate.turn({ ip: 'x' }), /"\/ip" must match format "ipv4"/)
 */
export class Validate<T> extends Mapper<T, T, Resolved<T>> {
  static readonly baseConfig = validateBaseConfig
  private isValid: ValidateFunction | null = null

  constructor(train: Winder, options: ValidateOptions<T>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'faultsMax')
    const { schema, schemaFile, faultsMax } = this.options
    if ((schema === null) === (schemaFile === null)) {
      const which = schema === null ? 'none' : 'both'
      throw new RangeError(`either schema or schemaFile must be given: there are ${which}`)
    }
    if (schema !== null) this.isValid = compile(schema, faultsMax, 'schema')
  }

  override start(): void {
    const { schemaFile, faultsMax } = this.options
    if (schemaFile !== null) this.isValid = compile(readSchema(schemaFile), faultsMax, `schemaFile: ${schemaFile}`)
  }

  one(data: T): T {
    if (this.isValid === null) throw new Error('cannot validate before start(), which reads the schemaFile')
    if (this.isValid(this.options.getter(data))) return data
    const errors = this.isValid.errors ?? []
    this.isValid.errors = null // Else the last bad datum would be kept.
    throw new InvalidDatumError('a datum', errors.slice(0, this.options.faultsMax).map(faultOf))
  }
}

function compile(schema: unknown, faultsMax: number, what: string): ValidateFunction {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new ConfigError([`${what} must be a JSON Schema: it is ${describeValue(schema)}`])
  }
  try {
    return ajvFor(schema, {
      allErrors: faultsMax > 1,
      ownProperties: true,
      strictTypes: false,
      strictTuples: false,
      logger: false,
    }).compile(schema)
  } catch (error) {
    throw new ConfigError([`${what} must be a JSON Schema: ${toError(error).message}`], { cause: error })
  }
}

interface Ajv {
  compile(schema: object): ValidateFunction
}

function ajvFor(schema: object, options: Options): Ajv {
  const require = createRequire(import.meta.url)
  const draft = '$schema' in schema ? String(schema.$schema) : ''
  const path = draft.includes('2020-12') ? 'ajv/dist/2020.js' : draft.includes('2019-09') ? 'ajv/dist/2019.js' : 'ajv'
  const { default: Draft } = require(path) as { default: new (options: Options) => Ajv }
  const { default: addFormats } = require('ajv-formats') as { default: (ajv: Ajv) => void }
  const ajv = new Draft(options)
  addFormats(ajv)
  return ajv
}

function faultOf({ instancePath, message, params }: ErrorObject): string {
  const where = instancePath === '' ? 'the whole' : describeValue(instancePath)
  const [extra] = Object.entries(params).filter(([name]) => /^(additional|unevaluated)Property$/.test(name))
  const [allowed] = Object.entries(params).filter(([name]) => /^allowedValues?$/.test(name))
  const more = extra === undefined ? '' : `: there is ${describeValue(extra[1])}`
  const values = allowed === undefined ? '' : `: ${describeValue(allowed[1])}`
  return `${where} ${message ?? 'is wrong'}${more}${values}`
}

function readSchema(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError([`schemaFile: cannot read ${path}: ${toError(error).message}`], { cause: error })
  }
}
