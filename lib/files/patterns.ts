/** Paths and patterns of paths: which files they mean now, and which directories to watch for those to come. */
import { createRequire } from 'node:module'
import { dirname, posix, resolve } from 'node:path'
import type { FileSystemAdapter, GlobOptions } from 'tinyglobby'
import { describeValue } from '../errors/index.js'

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

  /** @throws {RangeError} If there is something to take away and nothing that it could be taken from. */
  constructor(filenames: readonly string[]) {
    const negations = filenames.filter((name) => name.startsWith('!'))
    const others = filenames.filter((name) => !name.startsWith('!'))
    if (negations.length > 0 && others.length === 0) {
      const rule = 'must name files to take as well, since ! only takes away (a file may be called ./!x)'
      throw new RangeError(`filenames ${rule}: they are ${filenames.map(describeValue).join(', ')}`)
    }
    this.literals = [...new Set(others.filter((name) => !isPattern(name)).map((name) => resolve(name)))]
    this.patterns = [...new Set(others.filter(isPattern).map(absolute).flatMap(spread))]
    this.negations = negations.map((name) => absolute(name.slice(1)))
  }

  /** Whether any of it is a pattern. */
  get hasPatterns(): boolean {
    return this.patterns.length > 0
  }

  /** Whether a path is meant, also if there is no file. */
  means(path: string): boolean {
    if (this.literals.includes(path)) return true
    const fs = onlyWith(path)
    return this.patterns.some((pattern) => tinyglobby().globSync(...this.globOf(pattern, false, { fs })).length > 0)
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
    const { steps, first, base } = stepsOf(pattern)
    const directories = [base]
    for (let i = first + 1; i < steps.length; i++) {
      directories.push(...(await this.find(steps.slice(0, i).join('/'), true)))
    }
    return directories
  }

  private async find(pattern: string, onlyDirectories: boolean): Promise<string[]> {
    const found = await tinyglobby().glob(...this.globOf(pattern, onlyDirectories))
    return found.map((path) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path))
  }

  private globOf(pattern: string, onlyDirectories: boolean, more: GlobOptions = {}): [string[], GlobOptions] {
    const { steps, first, base } = stepsOf(pattern)
    const options = {
      absolute: true,
      cwd: base,
      ignore: onlyDirectories ? [] : this.negations,
      expandDirectories: false,
      onlyDirectories,
      onlyFiles: !onlyDirectories,
      ...more,
    }
    return [[steps.slice(first).join('/')], options]
  }
}

/** A file system in which there is one file, and the way to it. */
function onlyWith(path: string): FileSystemAdapter {
  const readdirSync = (directory: string): object[] => {
    const before = directory.endsWith('/') ? directory : `${directory}/`
    if (!path.startsWith(before)) return []
    const [name = '', ...rest] = path.slice(before.length).split('/')
    const isFile = rest.length === 0
    return [{ name, isFile: () => isFile, isDirectory: () => !isFile, isSymbolicLink: () => false }]
  }
  return { readdirSync } as unknown as FileSystemAdapter
}

/** Whether a name means other names than itself. One of letters, digits and `/._-` never does. */
function isPattern(name: string): boolean {
  return !/^[\w/.-]*$/.test(name) && tinyglobby().isDynamicPattern(absolute(name))
}

// Loaded by the first name that may be a pattern: it takes longer to load than all else that follows files.
function tinyglobby(): typeof import('tinyglobby') {
  return require('tinyglobby') as typeof import('tinyglobby')
}

/** Braces that hold whole steps, as in `{nginx/*,mail/*}.log`, make one pattern of each choice: each has its own way. */
function spread(pattern: string): string[] {
  const [braces, choices] = /\{([^{}]*,[^{}]*)\}/.exec(pattern) ?? []
  if (braces === undefined || choices === undefined || !/\{[^}]*\//.test(pattern)) return [pattern]
  return choices.split(',').flatMap((choice) => spread(pattern.replace(braces, () => choice)))
}

/** The steps of an absolute pattern, which of them is the first dynamic one, and the directory in front of that. */
function stepsOf(pattern: string): { steps: string[]; first: number; base: string } {
  const steps = pattern.split('/')
  const dynamic = steps.findIndex((step) => tinyglobby().isDynamicPattern(step))
  const first = dynamic < 0 ? steps.length - 1 : dynamic
  const base = steps.slice(0, first).join('/').replaceAll(/\\(.)/g, '$1')
  return { steps, first, base: base === '' ? '/' : base }
}

/** A pattern from the root on. What is a name in it stays one: the working directory, and a step that begins with `!`. */
function absolute(pattern: string): string {
  const whole = pattern.startsWith('/') ? pattern : `${tinyglobby().escapePath(process.cwd())}/${pattern}`
  return posix.normalize(whole).replaceAll(/\/!(?!\()/g, '/\\!')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
