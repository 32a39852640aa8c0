/** Which file is meant by the name of an app. */
import { existsSync, statSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ENDINGS = ['.js', '.mjs', '.ts', '.mts']

/** The folder that holds `lib` and `apps` of this package: its `dist`. */
const OWN = fileURLToPath(new URL('../..', import.meta.url))

/** What was found, and where it was looked for. */
export interface Located {
  readonly file: string | null
  readonly tried: readonly string[]
}

/**
 * Find an app's file: the path as it is; without its ending, in `dist` too (what was built goes before its source,
 * unless that is newer); else the app of that name which comes with Deadbeat.
 */
export function locate(name: string, dir: string = process.cwd(), own: string = OWN): Located {
  if (ENDINGS.includes(extname(name))) {
    const file = resolve(dir, name)
    return { file: isFile(file) ? file : null, tried: [file] }
  }
  const sources = ENDINGS.map((ending) => resolve(dir, name + ending))
  const built = ENDINGS.slice(0, 2).map((ending) => resolve(dir, 'dist', name + ending))
  const ours = join(own, 'apps', `${basename(name)}.js`)
  const source = sources.find(isFile)
  const build = built.find(isFile)
  const newer = source !== undefined && build !== undefined && changedAt(source) > changedAt(build) ? source : build
  const file = newer ?? source ?? (isFile(ours) ? ours : null)
  return { file, tried: [...built, ...sources, ours] }
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile()
}

function changedAt(file: string): number {
  return statSync(file).mtimeMs
}
