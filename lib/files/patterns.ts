/** Paths and patterns of paths: which files they mean now, and which directories to watch for those to come. */
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

const require = createRequire(import.meta.url)

/** What a list of paths and patterns means. */
export interface Expansion {
  /** Absolute paths of files: those that were named, whether they exist or not, then those that match, sorted. */
  readonly paths: readonly string[]
  /** Absolute paths of the directories in which a new entry may change the expansion. */
  readonly directories: readonly string[]
  /** The patterns that match nothing. */
  readonly barren: readonly string[]
}

/** A list of paths and patterns, in the order given. A pattern that begins with `!` takes away from the other patterns. */
export class Patterns {
  /** The absolute paths that were named as they are. */
  readonly literals: readonly string[]
  /** The absolute patterns. */
  readonly patterns: readonly string[]
  private readonly negations: readonly string[]

  constructor(filenames: readonly string[]) {
    const negations = filenames.filter((name) => name.startsWith('!'))
    const others = filenames.filter((name) => !name.startsWith('!'))
    this.literals = [...new Set(others.filter((name) => !isDynamicPattern(name)).map((name) => resolve(name)))]
    this.patterns = [...new Set(others.filter((name) => isDynamicPattern(name)).map(absolute))]
    this.negations = negations.map((name) => absolute(name.slice(1)))
  }

  /** Whether any of it is a pattern. */
  get hasPatterns(): boolean {
    return this.patterns.length > 0
  }

  /** Look into the file system. */
  async expand(): Promise<Expansion> {
    const paths = new Set(this.literals)
    const directories = new Set(this.literals.map((path) => dirname(path)))
    const barren: string[] = []
    for (const pattern of this.patterns) {
      const found = await this.find(pattern, false)
      if (found.length === 0) barren.push(pattern)
      for (const path of found.sort(compare)) paths.add(path)
      for (const directory of await this.directoriesOf(pattern)) directories.add(directory)
    }
    return { paths: [...paths], directories: [...directories], barren }
  }

  /** Each directory on the way to the pattern's files: the one in front of the first dynamic step, then those that match. */
  private async directoriesOf(pattern: string): Promise<string[]> {
    const base = baseOf(pattern)
    const steps = pattern.split('/')
    const directories = [base]
    for (let i = base === '/' ? 2 : base.split('/').length + 1; i < steps.length; i++) {
      directories.push(...(await this.find(steps.slice(0, i).join('/'), true)))
    }
    return directories
  }

  private async find(pattern: string, onlyDirectories: boolean): Promise<string[]> {
    const found = await tinyglobby().glob([pattern], {
      absolute: true,
      cwd: baseOf(pattern),
      ignore: onlyDirectories ? [] : this.negations,
      expandDirectories: false,
      onlyDirectories,
      onlyFiles: !onlyDirectories,
    })
    return found.map((path) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path))
  }
}

/** Whether a name may mean other names than itself. One of letters, digits and `/._-` never does. */
function isDynamicPattern(name: string): boolean {
  return !/^[\w/.-]*$/.test(name) && tinyglobby().isDynamicPattern(name)
}

// Loaded by the first name that may be a pattern: it takes longer to load than all else that follows files.
function tinyglobby(): typeof import('tinyglobby') {
  return require('tinyglobby') as typeof import('tinyglobby')
}

/** The part of an absolute pattern in front of its first dynamic step. */
function baseOf(pattern: string): string {
  const steps = pattern.split('/')
  const first = steps.findIndex((step) => isDynamicPattern(step))
  return steps.slice(0, first < 0 ? -1 : first).join('/') || '/'
}

function absolute(pattern: string): string {
  return pattern.startsWith('/') ? pattern : `${process.cwd()}/${pattern.replace(/^\.\//, '')}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
