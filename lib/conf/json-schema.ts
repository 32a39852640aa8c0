/** A schema for editors: what a configuration file may hold, as JSON Schema. */
import type { JsonSchema } from './formats.js'
import type { SchemaRow } from './schema.js'
import { mayLieInFile } from './secrets.js'

/**
 * The JSON Schema (draft 2020-12) of the configuration files of these settings. Nothing in it is required: what must be
 * set may be set by an included file, a variable or a flag as well.
 *
 * @param title The name of what is configured.
 * @example
 * const { properties } = jsonSchema(describeSchema({ dns: { cacheMax: { doc: 'How many.', format: 'nat', default: 5 } } }), 'a')
 * assert.equal(properties.dns.properties.cacheMax.description, 'How many.')
 */
export function jsonSchema(rows: readonly SchemaRow[], title: string): JsonSchema {
  const path = { type: 'string', minLength: 1 }
  const root = group({
    $schema: { description: 'Where this schema is, for editors.', type: 'string' },
    include: {
      description: 'Files that are read before this one, relative to it; the last step may hold * and ?.',
      anyOf: [path, { type: 'array', items: path }],
    },
  })
  for (const row of rows) {
    const keys = row.path.split('.')
    const last = keys.pop() ?? ''
    let node = root
    for (const key of keys) node = (node.properties[key] ??= group({})) as Group
    node.properties[last] = schemaOf(row)
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `Configuration of ${title}`, ...root }
}

interface Group extends JsonSchema {
  readonly properties: Record<string, JsonSchema>
}

function group(properties: Record<string, JsonSchema>): Group {
  return { type: 'object', additionalProperties: false, properties }
}

function schemaOf(row: SchemaRow): JsonSchema {
  const { sensitive, live } = row.entry
  const notes = [row.default === undefined ? ' Must be set.' : '', live === true ? ' May change while running.' : '']
  const isShown = row.default !== undefined && !(sensitive === true && row.default !== null)
  return {
    description: row.doc + notes.join(''),
    ...(isShown ? { default: row.default instanceof RegExp ? String(row.default) : row.default } : {}),
    ...(sensitive === true ? { writeOnly: true } : {}),
    ...valueSchema(row),
  }
}

function valueSchema(row: SchemaRow): JsonSchema {
  const { format, entry, rule } = row
  const plain = typeof format === 'string' ? within(rule.schema, entry) : rule.schema
  const others = [...(row.default === null ? [{ type: 'null' }] : []), ...(mayLieInFile(row) ? [SECRET_FILE] : [])]
  return others.length === 0 ? plain : { anyOf: [plain, ...others] }
}

/** A rule with the limits of one setting. Those of durations and sizes hold for numbers; a text may still be too much. */
function within(schema: JsonSchema, { min, max }: { readonly min?: number; readonly max?: number }): JsonSchema {
  const { minimum, maximum } = schema
  return {
    ...schema,
    ...(min === undefined ? {} : { minimum: typeof minimum === 'number' ? Math.max(min, minimum) : min }),
    ...(max === undefined ? {} : { maximum: typeof maximum === 'number' ? Math.min(max, maximum) : max }),
  }
}

const SECRET_FILE = {
  type: 'object',
  additionalProperties: false,
  required: ['file'],
  properties: { file: { description: 'The file that holds the secret.', type: 'string', minLength: 1 } },
}
