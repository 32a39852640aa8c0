/** A schema for people: the text of --help. */
import type { SchemaRow } from './schema.js'

/**
 * The flags of a schema as a text, one setting a paragraph: flag, meaning, rule, default and variable.
 *
 * @example
 * const text = helpText(describeSchema({ dns: { cacheMax: { doc: 'How many.', format: 'nat', default: 5 } } }))
 * assert.match(text, /--dns.cache-max\n {6}How many.\n/)
 */
export function helpText(rows: readonly SchemaRow[]): string {
  const paragraphs = rows.map((row) => {
    const preset =
      row.default === undefined
        ? 'must be set'
        : row.entry.sensitive === true
          ? 'default hidden'
          : `default ${JSON.stringify(row.default)}`
    return `  ${row.flag}\n      ${row.doc}\n      ${row.rule.rule}; ${preset}; variable ${row.env}\n`
  })
  return `Settings (or --config FILE with them; what stands in a flag goes before the variable, then the file):\n\n${paragraphs.join('')}`
}
