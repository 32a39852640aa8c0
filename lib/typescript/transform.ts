/** The one transformer of TypeScript: it blanks the types out, so that every line and column stays where it was. */
import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DeadbeatError, isError } from '../errors/index.js'

/** How many transformed files are kept; beyond it the oldest half goes. */
const CACHED_FILES_MAX = 512

const PARSER = '@swc/wasm-typescript'

/** What the transformer throws. */
interface SyntaxReport {
  readonly message: string
  readonly snippet?: string
  readonly startLine?: number
  readonly startColumn?: number
}

/**
 * The JavaScript of a TypeScript source. Only what vanishes without a trace is TypeScript here: no enums,
 * namespaces with values, parameter properties or decorators. Types that are imported need `import type`.
 *
 * @param file Its name, for messages.
 * @param cacheDir Where results are kept by the hash of their source; null for nowhere.
 * @throws {DeadbeatError} With code ERR_TYPESCRIPT, file, line, column and an excerpt, if it does not parse.
 * @example
 * assert.equal(stripTypes('const n: number = 1', 'a.ts', null), 'const n         = 1')
 */
export function stripTypes(source: string, file: string, cacheDir: string | null): string {
  const dir = cacheDir === null ? null : trusted(cacheDir)
  const kept = dir === null ? null : join(dir, `${hashOf(source)}.js`)
  if (kept !== null) {
    const text = readKept(kept)
    if (text !== null) return text
  }
  const text = transform(source, file)
  if (dir !== null && kept !== null) keep(dir, kept, text)
  return text
}

/**
 * The same for what stands between the braces of an asynchronous function: it may return and await.
 *
 * @throws {DeadbeatError} With code ERR_TYPESCRIPT, if it does not parse; lines are those of the body.
 * @example
 * assert.equal(stripBodyTypes('const n: number = 1\nreturn n', 'a'), 'const n         = 1\nreturn n')
 */
export function stripBodyTypes(body: string, name: string): string {
  try {
    const text = parse(`${BEFORE_BODY}${body}${AFTER_BODY}`, name)
    return text.slice(BEFORE_BODY.length, text.length - AFTER_BODY.length)
  } catch (thrown) {
    throw isError(thrown) ? thrown : reported(inBody(thrown as SyntaxReport, body, name), name)
  }
}

// A line of its own, so that every column of the body stays.
const BEFORE_BODY = 'async function body() {\n'
const AFTER_BODY = '\n}'

const RETURN_OUTSIDE = 'Return statement is not allowed here'

/** A fault as its author sees the body: without what we have put around it. */
function inBody(report: SyntaxReport, body: string, name: string): SyntaxReport {
  const { message, snippet = '', startLine = 1 } = report
  const lines = body.trimEnd().split('\n')
  if (startLine - 1 <= lines.length && message !== RETURN_OUTSIDE)
    return { ...report, startLine: startLine - 1, snippet: snippet.replace(BEFORE_BODY, '') }
  // A brace too many ends our function, and what is wrong by that comes later: by itself the body is wrong at the brace.
  const bare = reportOf(body, name)
  if (bare !== null && bare.message !== RETURN_OUTSIDE) return bare
  return { message, startLine: lines.length, startColumn: lines.at(-1)?.length ?? 0 }
}

function reportOf(source: string, file: string): SyntaxReport | null {
  try {
    parse(source, file)
    return null
  } catch (thrown) {
    return isError(thrown) ? null : (thrown as SyntaxReport)
  }
}

/** Where transformed files are kept: `$XDG_CACHE_HOME/deadbeat/typescript`, else under `~/.cache`. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME'] ?? ''
  return join(base.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.cache'), 'deadbeat', 'typescript')
}

/** The parser, loaded with the first file; null: the next file gets a new one. */
let parser: typeof import('@swc/wasm-typescript') | null = null

function transform(source: string, file: string): string {
  try {
    return parse(source, file)
  } catch (thrown) {
    throw isError(thrown) ? thrown : reported(thrown as SyntaxReport, file)
  }
}

/** @throws {SyntaxReport} As plain data. */
function parse(source: string, file: string): string {
  parser ??= loadParser()
  try {
    return parser.transformSync(source, {
      ...({ mode: 'strip-only', module: true, filename: file, deprecatedTsModuleAsError: true } as const),
    }).code
  } catch (thrown) {
    if (!isError(thrown)) throw thrown
    // This was the parser's own end: its memory is spoilt for whatever comes next.
    parser = null
    const why = `can't be parsed: is it nested too deeply? (${thrown.message})`
    throw new DeadbeatError('ERR_TYPESCRIPT', `${file} ${why}`, { cause: thrown })
  }
}

function reported(report: SyntaxReport, file: string): DeadbeatError {
  const { message, snippet = '', startLine = 1, startColumn = 0 } = report
  const place = `${file}:${startLine}:${startColumn + 1}`
  return new DeadbeatError('ERR_TYPESCRIPT', `${place} ${message}\n${snippet}`.trimEnd(), { cause: report })
}

function loadParser(): typeof import('@swc/wasm-typescript') {
  // Made anew, for it holds on to all that it has loaded.
  const require = createRequire(import.meta.url)
  Reflect.deleteProperty(require.cache, require.resolve(PARSER))
  return require(PARSER) as typeof import('@swc/wasm-typescript')
}

function hashOf(source: string): string {
  const { version } = createRequire(import.meta.url)(`${PARSER}/package.json`) as { version: string }
  return createHash('sha256').update(`${version}\0${source}`).digest('hex')
}

/** The directory if it is ours alone: whoever may write there could make us run anything. */
function trusted(dir: string): string | null {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(dir)
    return lstatSync(dir).isDirectory() && uid === process.getuid?.() && (mode & 0o022) === 0 ? dir : null
  } catch {
    return null // Without a cache it is slower and nothing else.
  }
}

function readKept(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // Not kept yet.
  }
}

function keep(dir: string, file: string, text: string): void {
  try {
    const fresh = `${file}.${process.pid}.new`
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' })
    renameSync(fresh, file) // A reader sees a whole file or none.
    prune(dir)
  } catch {
    // A cache that cannot be written is done without.
  }
}

function prune(dir: string): void {
  const files = readdirSync(dir).map((name) => join(dir, name))
  if (files.length <= CACHED_FILES_MAX) return
  const byAge = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => a.at - b.at)
  for (const { file } of byAge.slice(0, byAge.length / 2)) unlinkSync(file)
}
