/** The project's own files, for the tests of the code base itself. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const NOT_OURS = new Set(['node_modules', 'dist', 'build', 'prebuilds', 'coverage', 'fixtures', 'var'])

/** Paths of all files below a folder whose names end so, relative to the root, sorted. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory())
        return NOT_OURS.has(entry.name) || entry.name.startsWith('.') ? [] : filesBelow(path, ending)
      return entry.name.endsWith(ending) ? [path] : []
    })
    .sort()
}

/** The text of a file of the project. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Every source file that ships: the library, the cogs, the apps and the binding. */
export function sourceFiles(): string[] {
  return ['lib', 'cogs', 'apps', 'packages/inotify-ts/src'].flatMap((folder) => filesBelow(folder, '.ts'))
}

/** One import of a file: where from, and whether it is of types only. */
export interface Import {
  readonly from: string
  readonly isType: boolean
}

/** What a file imports, static and dynamic. */
export function importsOf(path: string): Import[] {
  const text = textOf(path).replace(/\/\*[^]*?\*\//g, '')
  const found: Import[] = []
  for (const [, type, from] of text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'"\n;=]*?(?:\{[^}]*\})?[^'"\n;=]*?from\s+'([^']+)'/gm,
  )) {
    found.push({ from: from ?? '', isType: type !== undefined })
  }
  for (const [, from] of text.matchAll(/^\s*import\s+'([^']+)'/gm)) found.push({ from: from ?? '', isType: false })
  for (const [, from] of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) found.push({ from: from ?? '', isType: false })
  return found
}
