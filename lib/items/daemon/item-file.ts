/** Item files: what the items of a daemon are, as `{ key: description }`. */
import { readConfigFile } from '../../conf/file.js'
import { suggest } from '../../conf/suggest.js'
import { ConfigError, describeValue, toError } from '../../errors/index.js'
import { isPersist } from '../persist/persist-options.js'
import { compilePrintf } from '../types/printf.js'
import { requireRules } from '../types/require-rules.js'
import { checkValue, ITEM_TYPES, numberOfLabel } from '../types/values.js'
import type { ItemDescription } from './block.js'

/** The items of a daemon by their keys, in lower case. */
export type ItemFile = Readonly<Record<string, ItemDescription>>

const NUMBERS: readonly unknown[] = ['numeric', 'numeric array']

/** What a field must be, in words and as a test. */
type Rule = readonly [rule: string, holds: (value: unknown, all: ItemDescription) => boolean]

const TEXT: Rule = ['a text', (value) => typeof value === 'string']
const FLAG: Rule = ['true or false', (value) => typeof value === 'boolean']
const ANY: Rule = ['any value', () => true]

/** The fields that mean something here. Others are kept for whoever knows them. */
const FIELDS: Readonly<Record<string, Rule>> = {
  type: [`one of ${ITEM_TYPES.join(', ')}`, (value) => (ITEM_TYPES as readonly unknown[]).includes(value)],
  description: TEXT,
  units: ['a text, or an object with the texts "" (on the wire) and formatted (for people)', isUnits],
  format: ['a format of printf, as %.3f or %d:%02d:%04.1f', isFormat],
  enumerators: ['an object of labels, each by its number, no two alike: { "0": "off", "1": "on" }', isEnumerators],
  choices: ['a list of texts or numbers', isChoices],
  persist: ['true, false, or an object of restore (silently or set) and durable (true or false)', isPersist],
  settable: FLAG,
  gettable: FLAG,
  range: ['[lowest, highest], two numbers', isRange],
  step: ['a number above 0', (value) => isNumber(value) && value > 0],
  lengthMax: ['a whole number of at least 1', (value) => Number.isSafeInteger(value) && (value as number) >= 1],
  pattern: ['a regular expression, as re2 has them', isPattern],
  initial: ANY, // Looked at when all else is right, by all else.
  nan: ['one of refuse, clear, keep', (value) => ['refuse', 'clear', 'keep'].includes(value as string)],
  nullable: FLAG,
}

/**
 * Read an item file: JSON, JSON5, YAML or TOML by its ending.
 *
 * @throws {ConfigError} If it can't be read or parsed, or something in it is wrong: every fault with its line.
 */
export function readItemFile(path: string): ItemFile {
  const { tree, placeOf } = readConfigFile(path)
  return checkItems(tree, placeOf)
}

/**
 * Check the items of a file, and write their keys in lower case.
 *
 * @param placeOf Where in the file a key stands.
 * @throws {ConfigError} If something is wrong: every fault, with the key, the rule and the value.
 * @example
 * assert.deepEqual(checkItems({ Level: { type: 'numeric', range: [0, 10] } }), { level: { type: 'numeric', range: [0, 10] } })
 * assert.throws(() => checkItems({ level: { range: [1] } }), /level.range must be .lowest, highest., two numbers: it is .1./)
 */
export function checkItems(
  tree: Readonly<Record<string, unknown>>,
  placeOf: ((keys: readonly string[]) => string) | null = null,
): ItemFile {
  const faults: string[] = []
  const items = new Map<string, ItemDescription>()
  for (const [key, description] of Object.entries(tree)) {
    const tell = (path: readonly string[], text: string): void => {
      faults.push(placeOf === null ? text : `${text} (${placeOf(path)})`)
    }
    const name = key.toLowerCase()
    if (!isKey(name)) tell([key], `${describeValue(key)} is no key: ${KEY_RULE}`)
    if (items.has(name)) tell([key], `${key} stands twice: keys must differ by more than case`)
    if (isObject(description)) {
      const faults = [...faultsOf(key, description)]
      const { initial, fault } = faults.length > 0 ? {} : initialOf(key, description)
      for (const [field, text] of fault === undefined ? faults : [fault]) tell([key, field], text)
      items.set(name, initial === undefined ? description : { ...description, initial })
    } else tell([key], `${key} must be an object that describes the item: it is ${describeValue(description)}`)
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return Object.fromEntries(items)
}

const KEY_RULE =
  'it must be at most 256 printable characters without spaces, begin with a letter or a digit, and not end with a dot'

/** Keys that begin with _ are those that every daemon has. */
function isKey(name: string): boolean {
  return /^[\p{L}\p{N}][^\p{C}\p{Z}]{0,255}$/u.test(name) && !name.endsWith('.')
}

function* faultsOf(key: string, description: ItemDescription): Generator<[field: string, fault: string]> {
  for (const [field, value] of Object.entries(description)) {
    const rule = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined
    if (rule === undefined) {
      const meant = suggest(field, Object.keys(FIELDS))
      if (meant !== null) yield [field, `${key}.${field} means nothing: ${meant} was probably meant`]
    } else if (!rule[1](value, description))
      yield [field, `${key}.${field} must be ${rule[0]}: it is ${describeValue(value)}`]
  }
  const { type, enumerators, range, step } = description
  if ((type === 'enumerated' || type === 'mask') && enumerators === undefined)
    yield ['type', `${key}.enumerators must be there: the type is ${type}`]
  for (const [field, value] of Object.entries({ range, step })) {
    if (value !== undefined && type !== undefined && !NUMBERS.includes(type))
      yield [field, `${key}.${field} is for numbers: the type is ${describeValue(type)}`]
  }
}

/** The value that it has at first, a label as its number; or what is wrong with it. */
function initialOf(
  key: string,
  { initial, ...rules }: ItemDescription,
): { readonly initial?: unknown; readonly fault?: readonly [field: string, fault: string] } {
  if (initial === undefined || initial === null) return {}
  const value = numberOfLabel(initial, rules)
  try {
    checkValue(value, rules)
    return { initial: value }
  } catch (error) {
    return { fault: ['initial', `${key}.initial ${toError(error).message}`] }
  }
}

function isUnits(value: unknown): boolean {
  if (typeof value === 'string') return true
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string')
}

/** A mask counts bits, and may have a label for none of them. */
function isEnumerators(value: unknown, { type }: ItemDescription): boolean {
  if (!isObject(value)) return false
  const entries = Object.entries(value)
  // Not by String(): what stands there may be an object that can't be made one.
  const labels = new Set(entries.map(([, label]) => (typeof label === 'string' ? label.toLowerCase() : label)))
  const isNumber = (key: string): boolean =>
    type === 'mask' ? key === 'None' || (/^\d{1,2}$/.test(key) && Number(key) < 53) : /^(0|-?[1-9]\d{0,14})$/.test(key)
  return (
    entries.length > 0 &&
    labels.size === entries.length &&
    entries.every(([key, label]) => isNumber(key) && typeof label === 'string')
  )
}

function isFormat(value: unknown): boolean {
  return typeof value === 'string' && value.includes('%') && passes(() => compilePrintf(value))
}

function isChoices(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' || isNumber(one))
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [lowest, highest] = value as readonly unknown[]
  return isNumber(lowest) && isNumber(highest) && lowest <= highest
}

function isPattern(value: unknown): boolean {
  return typeof value === 'string' && passes(() => requireRules({ pattern: value }))
}

function passes(compile: () => unknown): boolean {
  try {
    compile()
    return true
  } catch {
    return false // What is wrong with it names no place.
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isObject(value: unknown): value is ItemDescription {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
