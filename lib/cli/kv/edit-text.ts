/** A value as a person edits it, and back. */
import { isDeepStrictEqual } from 'node:util'
import { formatYaml, parseYaml } from '../../conf/yaml.js'
import { toError } from '../../errors/index.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { mergeLines } from './line-diff.js'
import { mergeJson } from './merge-json.js'
import { jsonOf, withoutBlanks } from './show.js'

/** How a value is shown in the editor. */
export type EditForm = 'json' | 'yaml' | 'text'

/** All forms. */
export const EDIT_FORMS: readonly EditForm[] = ['json', 'yaml', 'text']

/**
 * How a value is edited if nobody says: JSON as JSON, anything else as text.
 *
 * @example
 * assert.deepEqual(['{"a":1}', '5'].map(usualForm), ['json', 'text'])
 */
export function usualForm(value: string): EditForm {
  return jsonOf(value) === undefined ? 'text' : 'json'
}

/**
 * What the editor shows. JSON without blanks is laid out; other JSON is shown as it is.
 *
 * @throws {KvCommandError} If the value can't be shown so.
 */
export function toEdit(path: string, value: string, form: EditForm): string {
  const wrong = (why: string): KvCommandError =>
    new KvCommandError(`${path} can't be edited as ${form}: ${why}`, KV_EXIT.wrongData)
  if (form === 'text') return endLine(value)
  const json = jsonOf(value)
  if (json === undefined) throw wrong('it is no object or list of JSON; see --as text')
  const isPlain = JSON.stringify(json) === withoutBlanks(value)
  // Numbers that JavaScript can't hold would become others.
  if (form === 'yaml' && !isPlain) throw wrong('not all of it would come back as it is; see --as json')
  if (form === 'yaml') return `# Editing ${JSON.stringify(path)}\n${formatYaml(json)}`
  return endLine(isPlain && JSON.stringify(json) === value ? JSON.stringify(json, null, 2) : value)
}

/**
 * The value that an edited text stands for, in the layout that it had before.
 *
 * @throws {KvCommandError} If it is no JSON, or no YAML, where it has to be.
 */
export function fromEdit(edited: string, before: string, form: EditForm): string {
  if (form === 'text') return before.endsWith('\n') ? edited : edited.replace(/\n$/, '')
  const json = jsonOf(before)
  const isCompact = JSON.stringify(json) === before
  if (form === 'json') {
    parsed(() => JSON.parse(edited) as unknown, 'JSON')
    const text = before.endsWith('\n') ? edited : edited.replace(/\n$/, '')
    return isCompact ? withoutBlanks(text) : text
  }
  const value = parsed(() => parseYaml(edited), 'YAML')
  // Only a comment is left: that is no value that anybody means.
  if (value === null || value === undefined) throw new KvCommandError('it is empty', KV_EXIT.wrongData)
  if (isDeepStrictEqual(value, json)) return before
  return JSON.stringify(value, null, isCompact ? 0 : 2)
}

function parsed(parse: () => unknown, what: string): unknown {
  try {
    return parse()
  } catch (error) {
    throw new KvCommandError(`it is no ${what}: ${toError(error).message}`, KV_EXIT.wrongData, { cause: error })
  }
}

/**
 * Both changes of a value; null if they contradict each other. JSON is merged field by field, text line by line.
 *
 * @example
 * assert.equal(mergeValues('{"a":1,"b":2}', '{"a":9,"b":2}', '{"a":1,"b":8}'), '{"a":9,"b":8}')
 * assert.equal(mergeValues('1', '2', '3'), null)
 */
export function mergeValues(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs) return mine
  const all = [base, mine, theirs]
  const values = all.map(jsonOf)
  const isPlain = all.every(
    (text, at) => values[at] !== undefined && JSON.stringify(values[at]) === withoutBlanks(text),
  )
  if (!isPlain) return mergeLines(base.split('\n'), mine.split('\n'), theirs.split('\n'))?.join('\n') ?? null
  const merged = mergeJson(values[0], values[1], values[2])
  if (merged === undefined) return null
  return JSON.stringify(merged, null, JSON.stringify(values[2]) === theirs ? 0 : 2)
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
