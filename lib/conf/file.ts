/** Configuration files: JSON, JSON5, YAML and TOML by their ending, each parser loaded only when such a file is read. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { ConfigError, codeOf, describeValue } from '../errors/index.js'

const require = createRequire(import.meta.url)

/** The endings that `readConfigFile` knows, in the order in which a search tries them. */
export const configEndings = ['.json', '.json5', '.yaml', '.yml', '.toml'] as const

/** One parser's answer to a text that it cannot parse. */
class SyntaxFault extends Error {
  readonly line: number | null

  constructor(message: string, line: number | null) {
    super(message)
    this.line = line
  }
}

const PARSERS: Readonly<Record<(typeof configEndings)[number], (text: string) => unknown>> = {
  '.json': parseJson,
  '.json5': parseJson5,
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml,
}

/**
 * Read one configuration file. An empty file is an empty object.
 *
 * @throws {ConfigError} If it cannot be read, its ending is unknown, it does not parse, or it is no object.
 */
export function readConfigFile(file: string): Readonly<Record<string, unknown>> {
  const ending = extname(file).toLowerCase()
  if (!isEnding(ending)) {
    throw new ConfigError([`${file} must end in ${configEndings.join(', ')}: it ends in ${describeValue(ending)}`])
  }
  const text = readText(file)
  let value: unknown
  try {
    value = text.trim() === '' ? {} : PARSERS[ending](text)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    const place = error.line === null ? file : `${file}:${error.line}`
    throw new ConfigError([`${place} cannot be parsed: ${error.message}`], { cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError([`${file} must hold an object: it holds ${describeValue(value)}`])
  }
  return value as Record<string, unknown>
}

function isEnding(ending: string): ending is (typeof configEndings)[number] {
  return (configEndings as readonly string[]).includes(ending)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : codeOf(error)
    throw new ConfigError([`${file} cannot be read: ${why}`], { cause: error })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    parseJson5(text, ' (JSON)') // V8 names no line, this parser does, and what it rejects is no JSON either.
    const [, position] = / at position (\d+)/.exec(firstLine(error)) ?? []
    const line = position === undefined ? null : text.slice(0, Number(position)).split('\n').length
    throw new SyntaxFault(`it is JSON5, so its name must end in .json5 (${String(error)})`, line)
  }
}

function parseJson5(text: string, note = ''): unknown {
  const json5 = require('json5') as typeof import('json5')
  try {
    return json5.parse(text)
  } catch (error) {
    throw new SyntaxFault(firstLine(error) + note, numberAt(error, 'lineNumber'))
  }
}

function parseYaml(text: string): unknown {
  const yaml = require('yaml') as typeof import('yaml')
  const document = yaml.parseDocument(text, { prettyErrors: true, logLevel: 'error' })
  const [error] = document.errors
  if (error !== undefined) throw new SyntaxFault(firstLine(error), error.linePos?.[0].line ?? null)
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw new SyntaxFault(firstLine(cause), null)
  }
}

function parseToml(text: string): unknown {
  const toml = require('smol-toml') as typeof import('smol-toml')
  try {
    return toml.parse(text)
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
