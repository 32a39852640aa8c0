/** Loading an app's file. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { becomeLoader, isApp, type App } from '../app/app.js'
import { EXIT, exitCodeOf } from '../app/exit-codes.js'
import { installHooks, needsHooks } from '../app/typescript/install.js'
import { DeadbeatError, codeOf, isError, toError } from '../errors/index.js'
import { endStarting } from '../process/starting.js'

/** A file that could not be loaded as an app: what to tell, and the code to end with. */
export class LoadError extends DeadbeatError {
  readonly exitCode: number

  constructor(message: string, exitCode: number, options?: { cause?: unknown }) {
    super('ERR_LOAD', message, options)
    this.exitCode = exitCode
  }
}

/**
 * Load a file and answer with the app that it exports; null if it is a plain script, which by then runs.
 *
 * @throws {LoadError} If it does not parse, throws, or defines an app without exporting it.
 */
export async function loadApp(file: string): Promise<App | null> {
  const loader = becomeLoader()
  const before = loader.apps.length
  if (!mayBeApp(file)) endStarting()
  const { default: made } = await loadModule(file)
  if (isApp(made)) return made
  endStarting()
  const [hidden] = loader.apps.slice(before)
  if (hidden === undefined) return null
  throw new LoadError(`${file} defines the app ${hidden.name}: it must be the default export`, EXIT.dataerr)
}

/** Whether a file says that it exports an app. A plain script works while it is loaded. */
export function mayBeApp(file: string): boolean {
  try {
    return /\b(export|as)\s+default\b/.test(readFileSync(file, 'utf8'))
  } catch {
    return false // Loading it says why.
  }
}

/**
 * Load a file, in TypeScript or JavaScript, and answer with what it exports.
 *
 * @throws {LoadError} If it does not parse, or throws.
 */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    if (needsHooks(file)) await installHooks()
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw new LoadError(await explain(file, error), exitCodeOfLoading(error), { cause: error })
  }
}

/** What Node says of an import that leads nowhere: its message names the file and what it imports. */
const UNRESOLVED: ReadonlySet<string> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME',
  'ERR_UNKNOWN_BUILTIN_MODULE',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_INVALID_MODULE_SPECIFIER',
])

function exitCodeOfLoading(error: unknown): number {
  if (isSyntaxError(error) || UNRESOLVED.has(codeOf(error))) return EXIT.dataerr
  return exitCodeOf(error)
}

async function explain(file: string, error: unknown): Promise<string> {
  const { message, stack = message } = toError(error)
  if (codeOf(error) === 'ERR_TYPESCRIPT' || codeOf(error) === 'ERR_CONFIG') return message
  if (UNRESOLVED.has(codeOf(error))) return `${file} cannot be loaded: ${message}`
  // What Node puts before the frames of a syntax error, if anything, is its place and an excerpt.
  const told = stack.replace(/\n +at [^]*$/, '')
  if (isSyntaxError(error)) {
    return (told.startsWith('SyntaxError') ? await placeOf(file) : null) ?? `${file} cannot be loaded:\n${told}`
  }
  return `${file} failed while it was loaded: ${stack}`
}

function isSyntaxError(error: unknown): boolean {
  return isError(error) && error.name === 'SyntaxError'
}

/** Where a file does not parse, with an excerpt, as the transformer sees it; null if the file isn't to blame. */
async function placeOf(file: string): Promise<string | null> {
  const { stripTypes } = await import('../typescript/transform.js')
  try {
    stripTypes(readFileSync(file, 'utf8'), file, null)
    return null
  } catch (error) {
    return toError(error).message
  }
}
