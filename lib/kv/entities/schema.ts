/** What an entity has to be like: a function, or an object of a library that follows the Standard Schema convention. */
import { toError } from '../../errors/index.js'

/** What a validation found: the value, perhaps another than was given, or what is wrong with it. */
export type StandardResult<T> =
  { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] }

/** One thing that is wrong, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** As zod, valibot, arktype and others have it (standardschema.dev, version 1). */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly validate: (value: unknown) => StandardResult<T> | Promise<StandardResult<T>>
  }
}

/** A function that gives back a value that is right and throws for one that isn't, or a Standard Schema. */
export type Schema<T> = ((value: unknown) => T) | StandardSchema<T>

/**
 * A value as its schema has it.
 *
 * @throws {Error} With what is wrong, and where.
 * @example
 * const schema = (value) => {
 *   if (typeof value.host !== 'string') throw new TypeError('host must be a string')
 *   return value
 * }
 * assert.deepEqual(await conform(schema, { host: 'a' }), { host: 'a' })
 * await assert.rejects(conform(schema, {}), /host must be a string/)
 */
export async function conform<T>(schema: Schema<T>, value: unknown): Promise<T> {
  // Some libraries' schemas are functions themselves.
  if (!('~standard' in schema)) return schema(value)
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw toError(result.issues.map(issueText).join('; '))
}

function issueText({ message, path = [] }: StandardIssue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  return place === '' ? message : `${place}: ${message}`
}
