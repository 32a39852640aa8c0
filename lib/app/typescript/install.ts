/** Putting the module hooks in place, once and only where an app needs them. */
import * as nodeModule from 'node:module'
import { extname } from 'node:path'
import { codeOf } from '../../errors/index.js'
import { packageRoot } from '../../files/package-root.js'

let isInstalled = false

/** Node 20 has only `register`; later ones can run hooks in this thread, which starts faster. */
type Sync = typeof import('./hooks.js')
const { registerHooks } = nodeModule as {
  registerHooks?: (hooks: { resolve: Sync['resolveSync']; load: Sync['loadSync'] }) => unknown
}

/** Whether an app file cannot be loaded without the hooks: it is TypeScript, or its project has no `deadbeat`. */
export function needsHooks(file: string): boolean {
  if (/^\.m?ts$/.test(extname(file))) return true
  try {
    nodeModule.createRequire(file).resolve('deadbeat/package.json')
    return false
  } catch (error) {
    return codeOf(error) === 'MODULE_NOT_FOUND'
  }
}

/** Install the hooks for all modules that are loaded from now on. */
export async function installHooks(): Promise<void> {
  if (isInstalled) return
  isInstalled = true
  if (registerHooks === undefined) {
    nodeModule.register(new URL('dist/lib/app/typescript/hooks.js', packageRoot()))
    return
  }
  const { resolveSync, loadSync } = await import('./hooks.js')
  registerHooks({ resolve: resolveSync, load: loadSync })
}
