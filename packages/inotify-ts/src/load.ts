import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A binary that was tried, and why it isn't the one. */
export interface LoadAttempt {
  readonly path: string
  readonly reason: string
}

/**
 * Why there is no native part here: switched off, another system, or no binary that fits.
 *
 * @example
 * assert.equal(new NativeLoadError('ERR_NATIVE_OFF', 'off').code, 'ERR_NATIVE_OFF')
 */
export class NativeLoadError extends Error {
  override readonly name = 'NativeLoadError'
  readonly code: 'ERR_NATIVE_OFF' | 'ERR_NATIVE_PLATFORM' | 'ERR_NATIVE_MISSING'
  readonly attempts: readonly LoadAttempt[]

  constructor(code: NativeLoadError['code'], message: string, attempts: readonly LoadAttempt[] = []) {
    super(message)
    this.code = code
    this.attempts = attempts
  }
}

/** The circumstances that decide what is loaded; tests give others. */
export interface LoadOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly candidates: readonly string[]
  readonly revision: number
}

/** What was loaded and from where, or why nothing was. */
export type Loaded =
  | { readonly module: object; readonly path: string; readonly error: null }
  | { readonly module: null; readonly path: null; readonly error: NativeLoadError }

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** The C library that runs this process: musl-tools may lie on a glibc system, so what is mapped decides. */
function libcName(): 'musl' | 'glibc' {
  try {
    return readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-') ? 'musl' : 'glibc'
  } catch {
    return existsSync('/lib/libc.musl-x86_64.so.1') || existsSync('/lib/libc.musl-aarch64.so.1') ? 'musl' : 'glibc'
  }
}

/**
 * List the files that may hold the binary, best first: what this checkout compiled, then what the package carries.
 *
 * @example
 * assert.ok(candidatePaths().every((path) => path.endsWith('.node')))
 */
export function candidatePaths(): string[] {
  return [
    join(packageRoot, 'build', 'Release', 'inotify_ts.node'),
    join(packageRoot, 'prebuilds', `${process.platform}-${process.arch}`, `inotify-ts.${libcName()}.node`),
  ]
}

/**
 * Load the first binary that fits; never throws, since every caller has a way to do without.
 *
 * @example
 * const off = loadNative({ env: { DEADBEAT_NATIVE: 'off' }, platform: 'linux', candidates: [], revision: 1 })
 * assert.equal(off.error?.code, 'ERR_NATIVE_OFF')
 */
export function loadNative(options: LoadOptions): Loaded {
  if (options.env['DEADBEAT_NATIVE'] === 'off') {
    return absent('ERR_NATIVE_OFF', 'the native part of inotify-ts is switched off: DEADBEAT_NATIVE is "off"')
  }
  if (options.platform !== 'linux') {
    return absent('ERR_NATIVE_PLATFORM', `the native part of inotify-ts needs Linux: this is ${options.platform}`)
  }
  const require = createRequire(import.meta.url)
  const attempts: LoadAttempt[] = []
  for (const path of options.candidates) {
    const found = tryBinary(require, path, options.revision)
    if (typeof found !== 'string') return { module: found, path, error: null }
    attempts.push({ path, reason: found })
  }
  const tried = attempts.map(({ path, reason }) => `${relative(packageRoot, path)}: ${reason}`).join('; ')
  return absent(
    'ERR_NATIVE_MISSING',
    `inotify-ts has no binary that fits ${process.platform}-${process.arch} (${tried}). ` +
      'In a checkout "npm run build:native -w inotify-ts" compiles one',
    attempts,
  )
}

function absent(code: NativeLoadError['code'], message: string, attempts?: readonly LoadAttempt[]): Loaded {
  return { module: null, path: null, error: new NativeLoadError(code, message, attempts) }
}

/** The module, or in words why not. */
function tryBinary(require: NodeJS.Require, path: string, revision: number): object | string {
  if (!existsSync(path)) return 'there is no such file'
  try {
    const module = require(path) as { revision?: number }
    if (module.revision === revision) return module
    return `it must be of revision ${revision}: it is of ${module.revision ?? 'none'}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
