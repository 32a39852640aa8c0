/** Which file is meant by the name of an app. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../files/package-root.js'

const ENDINGS = ['.js', '.mjs', '.ts', '.mts']

/** The folder in which `apps` of this package are built. */
const OWN = fileURLToPath(new URL('dist', packageRoot()))

/** What was found, and where it was looked for. */
export interface Located {
  readonly file: string | null
  readonly tried: readonly string[]
}

/**
 * Find an app's file: the path as it is; without its ending, in `dist` too (what was built goes before its source,
 * unless that is newer); else the app of that name which comes with Deadbeat, unless `own` is null.
 */
export function locate(name: string, dir: string = process.cwd(), own: string | null = OWN): Located {
  if (ENDINGS.includes(extname(name))) {
    const file = resolve(dir, name)
    return { file: isFile(file) ? file : null, tried: [file] }
  }
  const sources = ENDINGS.map((ending) => resolve(dir, name + ending))
  const built = ENDINGS.slice(0, 2).map((ending) => resolve(dir, 'dist', name + ending))
  const ours = own === null ? [] : [join(own, 'apps', `${basename(name)}.js`)]
  const source = sources.find(isFile)
  const build = built.find(isFile)
  const newer = source !== undefined && build !== undefined && changedAt(source) > changedAt(build) ? source : build
  const file = newer ?? source ?? ours.find(isFile) ?? null
  return { file, tried: [...built, ...sources, ...ours] }
}

/**
 * The apps that could have been meant by a name that leads nowhere, as one would type them: the files beside it, with
 * their endings if it has one, and those that come with Deadbeat.
 */
export function neighbours(name: string, dir: string = process.cwd(), own: string = OWN): string[] {
  const folder = dirname(name)
  const endsLike = (file: string): string => (ENDINGS.includes(extname(name)) ? file : basename(file, extname(file)))
  const beside = [resolve(dir, folder), resolve(dir, 'dist', folder)].flatMap(scriptsIn).map(endsLike)
  const ours = scriptsIn(join(own, 'apps')).map((file) => basename(file, extname(file)))
  return [...beside.map((file) => join(folder, file)), ...ours]
}

function scriptsIn(folder: string): string[] {
  let files: string[]
  try {
    files = readdirSync(folder)
  } catch {
    return [] // It isn't there, is a file, or can't be read: nothing to suggest.
  }
  return files.filter((file) => ENDINGS.includes(extname(file)) && !/\.d\.m?ts$/.test(file))
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile()
}

function changedAt(file: string): number {
  return statSync(file).mtimeMs
}
