/** Matching with a regular expression that somebody else wrote, so that neither it nor the text can hold up a train unseen. */
import { createRequire } from 'node:module'
import { Script, createContext } from 'node:vm'
import type { RE2JS } from 're2js'
import { codeOf, describeValue, toError } from '../errors/index.js'

/** What runs an expression: Node's own engine, or one whose time grows with the length of the text only. */
export type Engine = 'node' | 're2js'

/** A regular expression in two texts: a RegExp is one, and what only re2js reads may be one. */
export interface Pattern {
  readonly source: string
  readonly flags: string
}

/** The limits of a match. They are looked at anew for each one. */
export interface MatchLimits {
  /** The longest text that is tried, in characters. */
  readonly lengthMax: number
  /** After how long a match is told to be slow, once; 0: never. */
  readonly slowMs: number
  /** After how long a match is given up; 0: never. */
  readonly limitMs: number
}

/** What a matcher asks of its surroundings. */
export interface MatchWatch {
  now(): number
  /** A match took longer than `slowMs`. */
  slow(pattern: string, tookMs: number, characters: number): void
}

/** The texts of an expression's named groups; undefined for one that took no part. */
export type Groups = Readonly<Record<string, string | undefined>>

/** One look for the expression in a text. */
type Look = (text: string) => Groups | null

const NONE: Groups = {}

/**
 * A regular expression with the limits that hold for it.
 *
 * @throws {SyntaxError} If it is no regular expression, or if re2js can't do what it asks for: it knows neither
 * backreferences nor looking around.
 * @example
 * const limits = { lengthMax: 100, slowMs: 50, limitMs: 0 }
 * const matcher = new Matcher(/(?<n>\d+)/, 'node', limits, { now: () => 0, slow() {} })
 * assert.equal(matcher.match('port 22').n, '22')
 * assert.equal(matcher.match('none'), null)
 * assert.deepEqual(matcher.names, ['n'])
 */
export class Matcher {
  /** The names of its groups. */
  readonly names: readonly string[]
  readonly source: string
  private readonly look: Look
  private readonly limits: MatchLimits
  private readonly watch: MatchWatch
  private isReported = false

  constructor(pattern: Pattern | string, engine: Engine, limits: MatchLimits, watch: MatchWatch) {
    const { source, flags } = typeof pattern === 'string' ? { source: pattern, flags: '' } : pattern
    this.source = source
    this.limits = limits
    this.watch = watch
    // Global and sticky expressions remember where they were: half of their matches would be missed.
    const kept = flags.replace(/[gy]/g, '')
    const { names, look } = engine === 'node' ? ofNode(source, kept) : ofRe2(source, kept)
    this.names = names
    this.look = look
  }

  /**
   * The named groups where the expression finds something, else null.
   *
   * @throws {RangeError} If the text is longer than `lengthMax`, or if the match takes longer than `limitMs`.
   */
  match(text: string): Groups | null {
    const { lengthMax, slowMs, limitMs } = this.limits
    if (text.length > lengthMax) {
      throw new RangeError(`the text must have at most ${lengthMax} characters (lengthMax): it has ${text.length}`)
    }
    if (slowMs === 0 || this.isReported) return this.within(limitMs, text)
    const before = this.watch.now()
    try {
      return this.within(limitMs, text)
    } finally {
      const tookMs = this.watch.now() - before
      if (tookMs > slowMs) {
        this.isReported = true
        this.watch.slow(this.source, tookMs, text.length)
      }
    }
  }

  private within(limitMs: number, text: string): Groups | null {
    if (limitMs === 0) return this.look(text)
    try {
      return runWithin(limitMs, () => this.look(text))
    } catch (error) {
      if (codeOf(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      const what = `${describeValue(this.source)} on ${describeValue(text)}`
      throw new RangeError(`a match must take at most ${limitMs} ms (limitMs): longer took ${what}`, { cause: error })
    }
  }
}

/** What a slow expression is told to be, and what can be done about it. */
export const SLOW_ADVICE =
  "a regular expression is slow: it holds up the whole train; engine: 're2js' takes no longer than the text is long, limitMs gives up"

function ofNode(source: string, flags: string): { names: readonly string[]; look: Look } {
  const regExp = new RegExp(source, flags)
  // With an empty alternative it matches anything, and every name of a group shows.
  const names = Object.keys(new RegExp(`${source}|`, flags).exec('')?.groups ?? NONE)
  return {
    names,
    look: (text) => {
      const match = regExp.exec(text)
      return match === null ? null : (match.groups ?? NONE)
    },
  }
}

function ofRe2(source: string, flags: string): { names: readonly string[]; look: Look } {
  const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js')
  let compiled: RE2JS
  try {
    const inner = flags.replace(/[^ims]/g, '') // `u` and `v` are how it reads anyhow.
    compiled = RE2JS.compile(RE2JS.translateRegExp(inner === '' ? source : `(?${inner})${source}`))
  } catch (error) {
    const reason = toError(error).message
    throw new SyntaxError(`re2js cannot use the pattern ${describeValue(source)}: ${reason}`, { cause: error })
  }
  const names = Object.keys(compiled.namedGroups())
  return {
    names,
    look: (text) => {
      const matcher = compiled.matcher(text)
      if (!matcher.find()) return null
      // By entries, since an assignment to `__proto__` would be none.
      return Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? undefined]))
    },
  }
}

/** V8 can be told to give up only where it runs a script, here one that calls what is in its box. */
let guard: { readonly script: Script; readonly box: { run: () => void } } | null = null

function runWithin<T>(limitMs: number, fn: () => T): T {
  guard ??= { script: new Script('run()'), box: createContext({ run: () => undefined }) as { run: () => void } }
  let result: T | undefined
  guard.box.run = () => {
    result = fn()
  }
  guard.script.runInContext(guard.box, { timeout: Math.max(1, Math.ceil(limitMs)) })
  return result as T
}
