/** Configuration files: JSON, JSON5, YAML and TOML by their ending, each parser loaded only when such a file is read. */
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { ConfigError, describeValue, isError } from '../errors/index.js'
import { KeyLines } from './key-lines.js'
import { locateJson } from './locate-json.js'
import { locateToml } from './locate-toml.js'
import { readBounded, type Bounded } from './read-bounded.js'

const require = createRequire(import.meta.url)

/** The endings that `readConfigFile` knows, in the order in which a search tries them. */
export const configEndings = ['.json', '.json5', '.yaml', '.yml', '.toml'] as const

/** How large a configuration file may be. */
const BYTES_MAX = 4 * 1024 * 1024

/** How many groups and lists may stand within each other. */
const DEPTH_MAX = 64

/** A configuration file as it was read. */
export interface ConfigFile {
  readonly file: string
  readonly tree: Readonly<Record<string, unknown>>
  /** Whether everybody on this machine may read it. */
  readonly isPublic: boolean
  /** `a.yaml:3`: the line where a key stands, or the group that it is in; the file alone if that isn't known. */
  readonly placeOf: (keys: readonly string[]) => string
}

/** A text as a parser understood it. */
interface Parsed {
  readonly value: unknown
  readonly locate: () => KeyLines
}

/** One parser's answer to a text that it cannot parse. */
class SyntaxFault extends Error {
  readonly line: number | null

  constructor(message: string, line: number | null) {
    super(message)
    this.line = line
  }
}

const PARSERS: Readonly<Record<(typeof configEndings)[number], (text: string) => Parsed>> = {
  '.json': parseJson,
  '.json5': parseJson5,
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml,
}

/**
 * Read one configuration file. An empty file is an empty object.
 *
 * @throws {ConfigError} If it cannot be read, its ending is unknown, it does not parse, a key stands twice in an object,
 * or it is no object.
 */
export function readConfigFile(file: string): ConfigFile {
  const ending = extname(file).toLowerCase()
  if (!isEnding(ending)) {
    throw new ConfigError([`${file} must end in ${configEndings.join(', ')}: it ends in ${describeValue(ending)}`])
  }
  const { text, isPublic } = readText(file)
  const { value, locate } = parse(file, text, PARSERS[ending])
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError([`${file} must hold an object: it holds ${describeValue(value)}`])
  }
  let lines: KeyLines | null = null
  const placeOf = (keys: readonly string[]): string => {
    const line = (lines ??= locate()).lineOf(keys)
    return line === null ? file : `${file}:${line}`
  }
  return { file, tree: value as Record<string, unknown>, isPublic, placeOf }
}

function isEnding(ending: string): ending is (typeof configEndings)[number] {
  return (configEndings as readonly string[]).includes(ending)
}

function readText(file: string): Bounded {
  try {
    return readBounded(file, BYTES_MAX)
  } catch (error) {
    throw new ConfigError([`${file} cannot be read: ${(error as Error).message}`], { cause: error })
  }
}

function parse(file: string, text: string, parser: (text: string) => Parsed): Parsed {
  try {
    if (text.trim() === '') return { value: {}, locate: () => new KeyLines() }
    const parsed = parser(text)
    if (isDeep(parsed.value)) throw new SyntaxFault(`it is nested more than ${DEPTH_MAX} deep`, null)
    return parsed
  } catch (error) {
    // A parser that calls itself for what lies within has no more room on the stack.
    const fault =
      isError(error) && error.name === 'RangeError'
        ? new SyntaxFault(`it is nested more than ${DEPTH_MAX} deep`, null)
        : error
    if (!(fault instanceof SyntaxFault)) throw error
    const place = fault.line === null ? file : `${file}:${fault.line}`
    throw new ConfigError([`${place} cannot be parsed: ${fault.message}`], { cause: error })
  }
}

/** Whether something lies too deep within others; what contains itself does. */
function isDeep(value: unknown): boolean {
  const deepest = new Map<object, number>()
  const rest: [value: unknown, depth: number][] = [[value, 1]]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [one, depth] = next
    if (typeof one !== 'object' || one === null || (deepest.get(one) ?? 0) >= depth) continue
    if (depth > DEPTH_MAX) return true
    deepest.set(one, depth)
    for (const child of Object.values(one)) rest.push([child, depth + 1])
  }
  return false
}

function parseJson(text: string): Parsed {
  try {
    return unambiguous(JSON.parse(text), text, JSON.parse)
  } catch (error) {
    if (error instanceof SyntaxFault) throw error
    parseJson5(text, ' (JSON)') // V8 names no line, this parser does, and what it rejects is no JSON either.
    const [, position] = / at position (\d+)/.exec(firstLine(error)) ?? []
    const line = position === undefined ? null : text.slice(0, Number(position)).split('\n').length
    throw new SyntaxFault(`it is JSON5, so its name must end in .json5 (${String(error)})`, line)
  }
}

function parseJson5(text: string, note = ''): Parsed {
  const json5 = require('json5') as typeof import('json5')
  let value: unknown
  try {
    value = json5.parse(text)
  } catch (error) {
    throw new SyntaxFault(firstLine(error) + note, numberAt(error, 'lineNumber'))
  }
  return unambiguous(value, text, json5.parse)
}

/** JSON lets a key stand twice, and the later one count: in a configuration somebody would miss the other. */
function unambiguous(value: unknown, text: string, parser: (text: string) => unknown): Parsed {
  if (isDeep(value)) return { value, locate: () => new KeyLines() }
  const lines = locateJson(text, parser)
  const [twice] = lines.twice
  if (twice !== undefined) {
    throw new SyntaxFault(`${twice.keys.join('.')} stands twice, first on line ${twice.first}`, twice.again)
  }
  return { value, locate: () => lines }
}

function parseYaml(text: string): Parsed {
  const yaml = require('yaml') as typeof import('yaml')
  const counter = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { prettyErrors: true, logLevel: 'error', lineCounter: counter })
  const [error] = [...document.errors, ...document.warnings]
  if (error !== undefined) {
    // The parser keeps an overflow of the stack as one of its own errors.
    if (error.message.startsWith('Maximum call stack')) throw new RangeError(error.message)
    throw new SyntaxFault(firstLine(error), error.linePos?.[0].line ?? null)
  }
  const lines = new KeyLines()
  const note = (node: unknown, keys: readonly string[]): void => {
    if (!yaml.isMap(node)) return
    for (const { key, value } of node.items) {
      if (!yaml.isScalar(key)) continue
      const path = [...keys, nameOf(key.value)]
      lines.note(path, counter.linePos(key.range?.[0] ?? 0).line)
      note(value, path)
    }
  }
  const locate = (): KeyLines => {
    note(document.contents, [])
    return lines
  }
  try {
    // Nothing but comments is an empty file.
    return { value: document.contents === null ? {} : document.toJS({ maxAliasCount: 100 }), locate }
  } catch (cause) {
    throw new SyntaxFault(firstLine(cause), null)
  }
}

/** The name that a key of YAML has in an object. */
function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : key === null ? '' : describeValue(key)
}

function parseToml(text: string): Parsed {
  const toml = require('smol-toml') as typeof import('smol-toml')
  try {
    return { value: toml.parse(text), locate: () => locateToml(text, toml.parse) }
  } catch (error) {
    throw new SyntaxFault(firstLine(error), numberAt(error, 'line'))
  }
}

function firstLine(error: unknown): string {
  const [line = ''] = (error as Error).message.split('\n')
  return line.replace(/:$/, '')
}

function numberAt(error: unknown, key: string): number | null {
  const value = (error as Readonly<Record<string, unknown>>)[key]
  return typeof value === 'number' ? value : null
}
