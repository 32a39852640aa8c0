/** Keys with parts that vary: `/pb/{id}/state`. */
import { describeValue } from '../../errors/index.js'
import { InvalidPathError } from '../errors.js'
import { checkPath, depthOf } from '../path.js'

/** The names of the parts of a template. */
export type PartName<K extends string> = K extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PartName<Rest>
  : never

/** A value for each part of a template. */
export type Parts<K extends string> = Readonly<Record<PartName<K>, string>>

/** Where to look for keys. */
export interface Search {
  readonly path: string
  /** The level below it on which they lie. */
  readonly level: number
}

/** What parts have to be like; those that aren't named may be anything without a slash. */
export type PartPatterns<K extends string> = Readonly<Partial<Record<PartName<K>, RegExp>>>

interface Part {
  readonly name: string
  readonly pattern: RegExp | null
}

/**
 * A template of keys.
 *
 * @example
 * const template = new KeyTemplate('/workflow/{type}:{id}', { type: /^(batch|realtime)$/ })
 * assert.equal(template.path({ type: 'batch', id: 'a' }), '/workflow/batch:a')
 * assert.deepEqual(template.parse('/workflow/realtime:b'), { type: 'realtime', id: 'b' })
 * assert.equal(template.parse('/workflow/other:b'), null)
 * assert.throws(() => template.path({ type: 'other', id: 'a' }), /type must match/)
 */
export class KeyTemplate<K extends string> {
  readonly text: K
  /** What stands before, between and behind the parts. */
  readonly #literals: readonly string[]
  readonly #parts: readonly Part[]
  readonly #shape: RegExp

  /**
   * `prefix` stands before everything, and has no parts.
   *
   * @throws {InvalidPathError} If the template can't be one: a part twice, two side by side, no name.
   * @throws {RangeError} If a pattern is for no part.
   */
  constructor(text: K, patterns?: PartPatterns<K>, prefix = '') {
    this.text = text
    const pieces = text.split(/\{([^{}]*)\}/)
    const names = pieces.filter((_, i) => i % 2 === 1)
    const given = new Map(Object.entries<RegExp | undefined>(patterns ?? {}))
    for (const name of given.keys()) {
      if (!names.includes(name)) throw new RangeError(`a pattern must be for a part of ${text}: it is for ${name}`)
    }
    this.#literals = pieces.filter((_, i) => i % 2 === 0).map((literal, i) => (i === 0 ? prefix + literal : literal))
    this.#parts = names.map((name) => ({ name, pattern: stateless(given.get(name)) }))
    this.#checkTemplate(names)
    this.#shape = new RegExp(`^${this.#literals.map(asPattern).join('([^/]+?)')}$`, 'u')
  }

  /**
   * The key of an entity.
   *
   * @throws {InvalidPathError} If a part is missing, doesn't match its pattern, or can't be told from its neighbour.
   */
  path(parts: Parts<K>): string {
    const values = this.#parts.map((part) => this.#checkPart(part, parts))
    const path = this.#join(values)
    checkPath(path, 'strict')
    const parsed = this.#values(path)
    if (!values.every((value, i) => value === parsed?.[i])) {
      throw new InvalidPathError(
        path,
        `must say which part of ${this.text} is which: what stands between parts is in one`,
      )
    }
    return path
  }

  /** The parts of a key; null if it is another's. */
  parse(path: string): Parts<K> | null {
    const values = this.#values(path)
    if (values === null || !this.#parts.every(({ pattern }, i) => pattern?.test(values[i] ?? '') ?? true)) return null
    return Object.fromEntries(this.#parts.map(({ name }, i) => [name, values[i]])) as Parts<K>
  }

  /** Where keys lie with these parts; `startsWith` is how the first part that isn't given begins. */
  search(known: Partial<Parts<K>>, startsWith = ''): Search {
    const unknown = this.#parts.findIndex(({ name }) => !hasOwn(known, name))
    const leading = unknown < 0 ? this.#parts : this.#parts.slice(0, unknown)
    if (startsWith.includes('/')) throw new InvalidPathError(startsWith, `can't be how a part of ${this.text} begins`)
    const values = leading.map((part) => this.#checkPart(part, known))
    const path = this.#join(values) + (unknown < 0 ? '' : startsWith)
    return { path, level: depthOf(this.#literals.join('')) - depthOf(path) }
  }

  #join(values: readonly string[]): string {
    return this.#literals
      .slice(0, values.length + 1)
      .reduce((path, literal, i) => path + (values[i - 1] ?? '') + literal)
  }

  #values(path: string): string[] | null {
    return this.#shape.exec(path)?.slice(1) ?? null
  }

  #checkPart({ name, pattern }: Part, parts: object): string {
    const value: unknown = hasOwn(parts, name) ? parts[name] : undefined
    if (typeof value !== 'string' || value === '' || value.includes('/')) {
      throw new InvalidPathError(this.text, `needs ${name} to be text without a slash: it is ${describeValue(value)}`)
    }
    if (pattern?.test(value) === false) {
      throw new InvalidPathError(
        this.text,
        `is for keys whose ${name} must match ${pattern}: it is ${describeValue(value)}`,
      )
    }
    return value
  }

  #checkTemplate(names: readonly string[]): void {
    checkPath(this.text, 'strict')
    const between = this.#literals.slice(1, -1)
    const isOdd =
      names.some((name, i) => !/^[A-Za-z_]\w*$/.test(name) || names.indexOf(name) !== i) ||
      between.includes('') ||
      this.#literals.some((literal) => /[{}]/.test(literal))
    if (isOdd) {
      throw new InvalidPathError(this.text, 'must have each part once, as {name}, with something between two of them')
    }
  }
}

/** A text as a pattern for just that text. */
function asPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** The same pattern without a memory of where it was. */
function stateless(pattern: RegExp | undefined): RegExp | null {
  return pattern === undefined ? null : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
}

function hasOwn(object: object, name: string): object is Record<string, unknown> {
  return Object.hasOwn(object, name)
}
