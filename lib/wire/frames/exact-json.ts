/** A reader of JSON that is exact where that of the language rounds or gives up; slower, and needed by few texts. */
import { setOwn } from '../../movement/cog/access.js'

/** So many lists and objects may be within each other. */
export const DEPTH_MAX = 256

/** An integer may have so many digits, as in Python: reading one takes time by the square of their number. */
export const DIGITS_MAX = 4_300

const BLANK = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const WORD = /-?[A-Za-z]+/y

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

/**
 * A value from its JSON, where `NaN`, `Infinity` and `-Infinity` are numbers too, and an integer that a double would change is a BigInt.
 *
 * @throws {SyntaxError} If the text is no JSON, nested more than 256 deep, or has an integer of more than 4,300 digits.
 * @example
 * assert.deepEqual(readExactJson('{"a": [9007199254740993, -Infinity]}'), { a: [9007199254740993n, -Infinity] })
 */
export function readExactJson(text: string): unknown {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

class Reader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  value(depth: number): unknown {
    if (depth > DEPTH_MAX) throw new SyntaxError(`JSON may be nested ${DEPTH_MAX} deep: it goes deeper at ${this.at}`)
    this.take(BLANK)
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth)
      case '[':
        return this.list(depth)
      case '"':
        return this.string()
      default:
        return this.number() ?? this.word()
    }
  }

  end(): void {
    this.take(BLANK)
    if (this.at < this.text.length) throw this.fault('the end')
  }

  private object(depth: number): unknown {
    const object: Record<string, unknown> = {}
    this.at += 1
    if (this.is('}')) return object
    do {
      this.take(BLANK)
      if (this.text[this.at] !== '"') throw this.fault('a name in quotes')
      const key = this.string()
      if (!this.is(':')) throw this.fault('a colon')
      setOwn(object, key, this.value(depth + 1)) // Also `__proto__` is a name.
    } while (this.is(','))
    if (!this.is('}')) throw this.fault('a comma or }')
    return object
  }

  private list(depth: number): unknown {
    const list: unknown[] = []
    this.at += 1
    if (this.is(']')) return list
    do list.push(this.value(depth + 1))
    while (this.is(','))
    if (!this.is(']')) throw this.fault('a comma or ]')
    return list
  }

  private string(): string {
    const from = this.at
    let to = from
    do to = this.text.indexOf('"', to + 1)
    while (to > 0 && this.isEscaped(to))
    if (to < 0) throw this.fault('a text that ends')
    this.at = to + 1
    return JSON.parse(this.text.slice(from, this.at)) as string
  }

  private isEscaped(quote: number): boolean {
    let before = quote - 1
    while (this.text[before] === '\\') before -= 1
    return (quote - before) % 2 === 0
  }

  private number(): number | bigint | null {
    NUMBER.lastIndex = this.at
    const found = NUMBER.exec(this.text)
    if (found === null) return null
    this.at = NUMBER.lastIndex
    const isWhole = found[1] === undefined && found[2] === undefined
    const [text] = found
    if (!isWhole) return Number(text)
    if (text.length > DIGITS_MAX)
      throw new SyntaxError(`JSON may have integers of ${DIGITS_MAX} digits: one ends at ${this.at} that has more`)
    return wholeNumber(text)
  }

  private word(): unknown {
    const word = this.take(WORD)
    if (!WORDS.has(word)) throw this.fault('a value')
    return WORDS.get(word)
  }

  /** Take one character if it is the next one behind blanks. */
  private is(character: string): boolean {
    this.take(BLANK)
    if (this.text[this.at] !== character) return false
    this.at += 1
    return true
  }

  private take(what: RegExp): string {
    what.lastIndex = this.at
    const found = what.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  private fault(expected: string): SyntaxError {
    const found = this.text.slice(this.at, this.at + 20)
    return new SyntaxError(
      `JSON must have ${expected} at ${this.at}: there is ${found === '' ? 'its end' : JSON.stringify(found)}`,
    )
  }
}

/** A number if that is exact, or written as a number is written here; else a BigInt. */
function wholeNumber(text: string): number | bigint {
  const number = Number(text)
  if (Number.isSafeInteger(number) || String(number) === text) return number
  const exact = BigInt(text)
  return Number.isFinite(number) && BigInt(number) === exact ? number : exact
}
