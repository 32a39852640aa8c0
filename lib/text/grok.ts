/** Grok expressions: regular expressions in which `%{NAME:field:type}` stands for a named pattern whose text is a field. */
import { describeValue } from '../errors/index.js'

/** What becomes of the text of a field. */
export type FieldType = 'text' | 'int' | 'float'

/** Where the text of a group of the compiled expression goes. */
export interface GrokField {
  /** The name of the group. */
  readonly group: string
  /** The name of the field; of several for `[a][b]`, the path of nested fields. */
  readonly path: readonly string[]
  readonly type: FieldType
}

/** A regular expression, and what its groups mean. */
export interface Grok {
  readonly source: string
  readonly flags: string
  readonly fields: readonly GrokField[]
}

/** Longer than any pattern that somebody means; a name that is used twice in a name that is used twice … grows beyond it. */
const SOURCE_MAX = 200_000

const REFERENCE = String.raw`%\{(\w+)(?::([^:{}]+))?(?::(\w+))?\}`
const CLASS = String.raw`\[\^?\]?(?:\\[^]|\[:\w+:\]|[^\]\\])*\]`
/** What is more than a letter to us: what is escaped, a class, a reference, a group with a name, an atomic one, a possessive quantifier. */
const TOKEN = new RegExp(String.raw`\\([^])|(${CLASS})|${REFERENCE}|\(\?<([A-Za-z_][\w.@-]*)>|(\(\?>)|([*+?}])\+`, 'g')

const TYPES: ReadonlyMap<string, FieldType> = new Map(
  Object.entries({ text: 'text', string: 'text', int: 'int', integer: 'int', float: 'float', number: 'float' }),
)

/** POSIX classes, within brackets. */
const POSIX: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ alnum: '0-9A-Za-z', alpha: 'A-Za-z', blank: ' \\t', cntrl: '\\x00-\\x1f\\x7f', digit: '0-9', lower: 'a-z' },
    ...{ graph: '\\x21-\\x7e', print: '\\x20-\\x7e', punct: '!-\\/:-@\\[-`{-~', space: '\\s', upper: 'A-Z' },
    ...{ word: '\\w', xdigit: '0-9A-Fa-f' },
  }),
)

/**
 * One regular expression of a grok expression. Named groups (`(?<name>…)`) are fields, too. What other engines have and
 * JavaScript lacks is read as what it comes closest to: atomic groups as plain ones, possessive quantifiers as greedy
 * ones, `\A`, `\Z` and `\z` as `^` and `$`, POSIX classes as ranges, and `(?i)`, `(?m)`, `(?s)` at the beginning as flags.
 *
 * @throws {RangeError} If a pattern or a type is unknown, if a pattern contains itself, or if it all gets too long.
 * @example
 * const { source, fields } = compileGrok('%{VERB:verb} %{N:n:int}', parseGrokPatterns('VERB GET|PUT\nN [0-9]+'))
 * assert.equal(source, '(?<f0>GET|PUT) (?<f1>[0-9]+)')
 * assert.deepEqual(fields[1], { group: 'f1', path: ['n'], type: 'int' })
 */
export function compileGrok(expression: string, patterns: ReadonlyMap<string, string>): Grok {
  const [, letters = '', body = ''] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(expression) ?? []
  const compiler = new Compiler(patterns)
  const source = compiler.expand(body, [])
  // In grok's own engine `m` is what others call `s`.
  const flags = `${letters.includes('i') ? 'i' : ''}${/[ms]/.test(letters) ? 's' : ''}`
  return { source, flags, fields: compiler.fields }
}

/** One compilation: the fields are numbered, since a field may stand in several alternatives, and a group must not. */
class Compiler {
  readonly fields: GrokField[] = []
  private readonly patterns: ReadonlyMap<string, string>
  private length = 0

  constructor(patterns: ReadonlyMap<string, string>) {
    this.patterns = patterns
  }

  expand(text: string, above: readonly string[]): string {
    this.length += text.length
    if (this.length > SOURCE_MAX) {
      throw new RangeError(`a grok expression must have at most ${SOURCE_MAX} characters when it is written out`)
    }
    return text.replace(TOKEN, (whole, ...found: (string | undefined)[]) => {
      const [escaped, bracketed, name, field, type, group, atomic, possessive] = found
      if (escaped !== undefined) return escaped === 'A' ? '^' : /[Zz]/.test(escaped) ? '$' : whole
      if (bracketed !== undefined) return ranges(bracketed)
      if (name !== undefined) return this.reference(name, field, type, above)
      if (group !== undefined) return `(?<${this.add(group, 'text')}>`
      return atomic === undefined ? (possessive ?? whole) : '(?:'
    })
  }

  private reference(
    name: string,
    field: string | undefined,
    type: string | undefined,
    above: readonly string[],
  ): string {
    const pattern = this.patterns.get(name)
    if (pattern === undefined) throw new RangeError(`a grok pattern must be known: there is no %{${name}}`)
    if (above.includes(name)) {
      throw new RangeError(`a grok pattern must not contain itself: ${[...above, name].join(' > ')}`)
    }
    const opening = field === undefined ? '(?:' : `(?<${this.add(field, typeNamed(type))}>`
    return `${opening}${this.expand(pattern, [...above, name])})`
  }

  private add(field: string, type: FieldType): string {
    const group = `f${this.fields.length}`
    const path = /^(\[[^[\]]+\])+$/.test(field) ? field.slice(1, -1).split('][') : [field]
    this.fields.push({ group, path, type })
    return group
  }
}

function typeNamed(name: string | undefined): FieldType {
  const type = TYPES.get(name ?? 'text')
  if (type === undefined) throw new RangeError(`the type of a field must be int or float: it is ${describeValue(name)}`)
  return type
}

function ranges(bracketed: string): string {
  // Elsewhere a bracket within brackets is a letter; in JavaScript, too, but for a closing one that comes first.
  const posix = bracketed.replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX.get(name) ?? whole)
  return posix.replace(/^(\[\^?)\]/, '$1\\]')
}

/**
 * The patterns of a file: on each line a name, a space and the pattern; lines that begin with `#` are comments.
 *
 * @throws {SyntaxError} If a line is something else; the message has its number.
 * @example
 * assert.deepEqual([...parseGrokPatterns('# ids\nQUEUEID [0-9A-F]{10,11}\n')], [['QUEUEID', '[0-9A-F]{10,11}']])
 */
export function parseGrokPatterns(text: string): Map<string, string> {
  const patterns = new Map<string, string>()
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return
    const [, name, pattern] = /^(\w+)\s+(\S.*)$/.exec(line) ?? []
    if (name === undefined || pattern === undefined) {
      throw new SyntaxError(`line ${i + 1} must be a name and a pattern: it is ${describeValue(line)}`)
    }
    patterns.set(name, pattern)
  })
  return patterns
}
