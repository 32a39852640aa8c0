/** YAML as such, for what is no configuration: the parser is loaded only when it is used. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * What a text of YAML says.
 *
 * @throws {SyntaxError} If it can't be parsed, or could be meant in two ways, as with a key that stands twice.
 * @example
 * assert.deepEqual(parseYaml('a: [1, no]'), { a: [1, 'no'] })
 */
export function parseYaml(text: string): unknown {
  const yaml = require('yaml') as typeof import('yaml')
  const document = yaml.parseDocument(text, { logLevel: 'error' })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) throw new SyntaxError(fault.message.split('\n')[0]?.replace(/:$/, ''), { cause: fault })
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new SyntaxError((error as Error).message, { cause: error })
  }
}

/**
 * A value of JSON as YAML: long texts in lines of their own, nothing folded, no aliases.
 *
 * @example
 * assert.equal(formatYaml({ a: 'two\nlines\n', b: '007' }), 'a: |\n  two\n  lines\nb: "007"\n')
 */
export function formatYaml(value: unknown): string {
  const yaml = require('yaml') as typeof import('yaml')
  return yaml.stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}
