/**
 * Node's module hooks for apps. What they do: TypeScript is loaded through the transformer, `./x.js` may stand for
 * a `./x.ts`, and `deadbeat` is this very package where the app's own project has none. Each hook exists twice,
 * because Node runs them in a thread of their own (`resolve`, `load`) or, where it can, in ours (`…Sync`).
 */
import { existsSync, readFileSync } from 'node:fs'
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module'
import { fileURLToPath } from 'node:url'
import { codeOf, isError } from '../../errors/index.js'
import { defaultCacheDir, stripTypes } from '../../typescript/transform.js'

type Next<Context, Output> = (what: string, context?: Context) => Output

/** The asynchronous hook, as `module.register` wants it. */
export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, ResolveFnOutput | Promise<ResolveFnOutput>>,
): Promise<ResolveFnOutput> {
  const { parentURL } = context // Node changes it to what we pass on.
  try {
    return await next(specifier, context)
  } catch (error) {
    const other = instead(error, specifier, context)
    if (other === null) throw error
    try {
      return await next(other.specifier, other.context)
    } catch (again) {
      throw asFrom(again, parentURL)
    }
  }
}

/** The asynchronous hook, as `module.register` wants it. */
export async function load(
  url: string,
  context: LoadHookContext,
  next: Next<LoadHookContext, LoadFnOutput | Promise<LoadFnOutput>>,
): Promise<LoadFnOutput> {
  return isTypeScript(url) ? loadTypeScript(url) : await next(url, context)
}

/** The same for `module.registerHooks`. */
export function resolveSync(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, ResolveFnOutput>,
): ResolveFnOutput {
  const { parentURL } = context
  try {
    return next(specifier, context)
  } catch (error) {
    const other = instead(error, specifier, context)
    if (other === null) throw error
    try {
      return next(other.specifier, other.context)
    } catch (again) {
      throw asFrom(again, parentURL)
    }
  }
}

/** The same for `module.registerHooks`. */
export function loadSync(
  url: string,
  context: LoadHookContext,
  next: Next<LoadHookContext, LoadFnOutput>,
): LoadFnOutput {
  return isTypeScript(url) ? loadTypeScript(url) : next(url, context)
}

/** What to try when a module was not found; null if there is nothing else. */
function instead(
  error: unknown,
  specifier: string,
  context: ResolveHookContext,
): { specifier: string; context: ResolveHookContext } | null {
  if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') return null
  if (/^deadbeat(\/|$)/.test(specifier)) return { specifier, context: { ...context, parentURL: import.meta.url } }
  if (!/^(\.{0,2}\/|file:).*\.m?js$/.test(specifier)) return null
  const url = new URL(specifier.replace(/js$/, 'ts'), context.parentURL)
  return existsSync(fileURLToPath(url)) ? { specifier: url.href, context } : null
}

/** An import that failed on our behalf, told as one of the file that asked for it. */
function asFrom(error: unknown, parentURL: string | undefined): unknown {
  if (isError(error) && parentURL?.startsWith('file:') === true) {
    error.message = error.message.replace(fileURLToPath(import.meta.url), fileURLToPath(parentURL))
  }
  return error
}

function isTypeScript(url: string): boolean {
  return url.startsWith('file:') && /\.m?ts(\?|#|$)/.test(url)
}

function loadTypeScript(url: string): LoadFnOutput {
  const file = fileURLToPath(url)
  const source = stripTypes(readFileSync(file, 'utf8'), file, defaultCacheDir(process.env))
  return { format: 'module', source, shortCircuit: true }
}
