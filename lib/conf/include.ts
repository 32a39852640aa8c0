/** `include`: a configuration file that takes others in. */
import { readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { ConfigError, codeOf, describeValue } from '../errors/index.js'
import { readConfigFile, type ConfigFile } from './file.js'

/** How many files one configuration may consist of. */
const FILES_MAX = 1000

/** A configuration file with all that it includes. */
export interface Included {
  /** What comes later goes before what comes earlier: the file itself is the last. */
  readonly files: readonly ConfigFile[]
  readonly faults: readonly string[]
}

/**
 * Read a configuration file and what it includes: `include: base.yaml`, or a list, in which a last step may hold `*` and
 * `?`, such as `conf.d/*.yaml`: those come by name, without the hidden ones, and may be none. Paths are relative to the
 * file that includes. Of what is set several times the later one in the list counts, and above all what the including
 * file says itself. A file that can't be read is a fault, and hides none of the others.
 */
export function readWithIncludes(file: string): Included {
  const files: ConfigFile[] = []
  const faults: string[] = []
  let isFull = false

  const read = (path: string, chain: readonly string[]): void => {
    const name = identityOf(path)
    const way = [...chain, path]
    if (chain.some((above) => identityOf(above) === name)) {
      faults.push(`a file must not include itself: ${way.join(' includes ')}`)
      return
    }
    if (files.length + way.length > FILES_MAX) {
      if (!isFull) faults.push(`a configuration may consist of ${FILES_MAX} files: ${path} is one more`)
      isFull = true
      return
    }
    let found: ConfigFile
    try {
      found = readConfigFile(path)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const by = chain.at(-1)
      faults.push(...error.faults.map((fault) => (by === undefined ? fault : `${fault} (included by ${by})`)))
      return
    }
    const { include, ...tree } = found.tree
    const names = include === undefined ? [] : namesIn(include)
    const place = found.placeOf(['include'])
    if (names === null)
      faults.push(`include must be a path or a list of paths: it is ${describeValue(include)} (${place})`)
    for (const one of names ?? []) {
      const { paths, why } = expand(dirname(path), one)
      if (why !== null) faults.push(`${why} (${place})`)
      for (const next of paths) if (!isFull) read(next, way)
    }
    files.push({ ...found, tree })
  }

  read(file, [])
  return { files, faults }
}

function namesIn(include: unknown): readonly string[] | null {
  const names: unknown[] = Array.isArray(include) ? include : [include]
  const isPath = (one: unknown): one is string => typeof one === 'string' && one !== '' && !one.includes('\0')
  return names.every(isPath) ? names : null
}

/** The files that a name stands for: one, unless its last step is a pattern; and why there are none. */
function expand(base: string, name: string): { readonly paths: readonly string[]; readonly why: string | null } {
  const folder = dirname(name)
  const pattern = basename(name)
  if (/[*?]/.test(folder)) {
    return { paths: [], why: `include may hold * and ? in its last step only: it is ${describeValue(name)}` }
  }
  if (!/[*?]/.test(pattern)) return { paths: [resolve(base, name)], why: null }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const matcher = new RegExp(`^(?!\\.)${source}$`, 's')
  try {
    const names = readdirSync(resolve(base, folder)).filter((one) => matcher.test(one))
    return { paths: names.sort().map((one) => resolve(base, folder, one)), why: null }
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such directory' : codeOf(error)
    return { paths: [], why: `${name} cannot be included: ${why}` }
  }
}

/** The same for every name of a file; of one that isn't there its path. */
function identityOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path) // Reading it tells what is wrong.
  }
}
