// Finds the files of an output, the oldest lines first.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/**
 * The paths of an output's files. `rotated` is a file with its older ones beside it (`out.log.2`, `out.log.1`,
 * `out.log`), `folder` a directory of files that are whole, in the order of their names.
 */
export function filesOf({ form, path }) {
  return form === 'folder' ? filesBelow(path) : rotatedFiles(path)
}

function rotatedFiles(path) {
  const name = basename(path)
  const ages = entriesOf(dirname(path)).flatMap((entry) => {
    if (entry.name === name) return [0]
    const suffix = entry.name.startsWith(`${name}.`) ? entry.name.slice(name.length + 1) : ''
    return /^\d+$/.test(suffix) ? [Number(suffix)] : []
  })
  return ages.sort((a, b) => b - a).map((age) => (age === 0 ? path : `${path}.${age}`))
}

function filesBelow(folder) {
  return entriesOf(folder)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'tmp' ? [] : filesBelow(path)
      return [path]
    })
}

/** The text of a file, which may be compressed. */
export function textOf(path) {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** How large a file is; null if it isn't there any more. */
export function statOf(path) {
  return statSync(path, { throwIfNoEntry: false }) ?? null
}

/** What is in a folder; nothing if there is none. */
export function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
