/**
 * Many lines of JSON parsed at once, as one list: line by line it takes half as long again. Each way has a proof that no
 * line was half a value and none was two; where it doesn't hold, the answer is null and each line has to be looked at.
 */
import { createRequire } from 'node:module'

/** What a line may hold. */
export interface JsonLineOptions {
  /** How deeply lists and objects may be nested. */
  readonly depthMax: number
  /** Whether each line must hold an object. */
  readonly objectsOnly: boolean
}

const [LINE_FEED, SPACE, COMMA, OPENING, CLOSING, BRACE] = [10, 32, 44, 91, 93, 123]

/**
 * The parser. It keeps memory of the size of the largest chunk of bytes that it was given.
 *
 * @example
 * const options = { depthMax: 1000, objectsOnly: true }
 * const lines = new JsonLines()
 * assert.deepEqual(lines.ofBytes(Buffer.from('{"a":1}\n{"a":2}'), options), [{ a: 1 }, { a: 2 }])
 * assert.equal(lines.ofBytes(Buffer.from('{"a":1},{"a":2}'), options), null)
 */
export class JsonLines {
  #list = Buffer.alloc(0)

  /** Lines joined by '\n', as UTF-8: exactly one object a line, or null. */
  ofBytes(lines: Buffer, { depthMax }: JsonLineOptions): Record<string, unknown>[] | null {
    const { length } = lines
    if (lines[0] !== BRACE) return null
    if (this.#list.length < length + 2) this.#list = Buffer.allocUnsafeSlow(length + 2)
    const list = this.#list.subarray(0, length + 2) // What a larger chunk left behind it isn't looked through.
    list[0] = OPENING
    list.set(lines, 1)
    list[length + 1] = CLOSING
    const count = separate(list, 2 * depthMax)
    return count === 0 ? null : parseObjects(list.toString(), count)
  }

  /** The same of a text: one value a line, which may be something else than an object, if `objectsOnly` isn't set. */
  ofText(text: string, { depthMax, objectsOnly }: JsonLineOptions): unknown[] | null {
    return isShallow(text, depthMax) ? parseSeparated(text, objectsOnly) : null
  }
}

/**
 * Put commas between the lines that lie in a list, within its brackets. Answers how many lines there are; 0 if one doesn't
 * begin with an object, if one is longer than `lengthMax`, or if within one an object follows a comma: as each value of the
 * list is an object (see parseObjects), each then begins where a line does, and if there are as many, each line is one.
 */
function separate(list: Buffer, lengthMax: number): number {
  let count = 1
  let start = 1
  for (let at = list.indexOf(BRACE, 2); at > 0; at = list.indexOf(BRACE, at + 1)) {
    if (list[at - 1] === LINE_FEED) {
      if (at - 1 - start > lengthMax) return 0
      list[at - 1] = COMMA
      start = at
      count += 1
    } else if (followsComma(list, at)) {
      return 0
    }
  }
  return list.length - 1 - start > lengthMax || list.includes(LINE_FEED) ? 0 : count
}

/** What JSON takes for a space is never more than one. */
function followsComma(list: Buffer, at: number): boolean {
  let before = at - 1
  while ((list[before] as number) <= SPACE) before -= 1
  return list[before] === COMMA
}

/** So many objects, or null. */
function parseObjects(list: string, count: number): Record<string, unknown>[] | null {
  let values: unknown[]
  try {
    values = JSON.parse(list) as unknown[]
  } catch {
    return null // turn() finds the line that is to blame, and says so.
  }
  return values.length === count && areObjects(values) ? (values as Record<string, unknown>[]) : null
}

/** A loop, since `every` takes five times as long. */
function areObjects(values: readonly unknown[]): boolean {
  for (let i = 0; i < values.length; i++) if (!isObject(values[i])) return false
  return true
}

/** Whether a value of JSON is an object, and no list. */
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

let drawn = 0

/** A number that no line can know, drawn with the first lines: node:crypto would keep every start waiting. */
function nonceOf(): number {
  if (drawn === 0) {
    const { randomInt } = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto')
    drawn = randomInt(100_000_000, 1_000_000_000)
  }
  return drawn
}

/**
 * A separator that no line can know stands as an element between the lines. If every second element is it, and there
 * are as many as there were line ends, then no line was half a value, and none was two.
 */
function parseSeparated(text: string, objectsOnly: boolean): unknown[] | null {
  const nonce = nonceOf()
  const separator = `,${nonce},`
  const joined = text.replaceAll('\n', separator)
  const ends = (joined.length - text.length) / (separator.length - 1)
  let values: unknown[]
  try {
    values = JSON.parse(`[${joined}]`) as unknown[]
  } catch {
    return null // turn() finds the line that is to blame, and says so.
  }
  if (values.length !== 2 * ends + 1) return null
  const found = new Array<unknown>(ends + 1)
  for (let i = 0; i <= ends; i++) {
    const value = values[2 * i]
    if (objectsOnly && !isObject(value)) return null
    if (i > 0 && values[2 * i - 1] !== nonce) return null
    found[i] = value
  }
  return found
}

/**
 * Whether no line can be nested too deeply: it would take two characters a level. Looks only at one line end in so
 * many characters, which costs a few nanoseconds a line where a look at each would cost twenty.
 */
function isShallow(text: string, depthMax: number): boolean {
  const step = 2 * depthMax + 1
  let at = -1
  while (at + step < text.length) {
    const end = text.lastIndexOf('\n', at + step)
    if (end > at) at = end
    else {
      const next = text.indexOf('\n', at + step)
      const line = text.slice(at + 1, next === -1 ? undefined : next)
      if (depthOf(line, depthMax) > depthMax) return false
      at = next === -1 ? text.length : next
    }
  }
  return true
}

/** How deeply the brackets of a text are nested; stops counting once that is more than `enough`. */
export function depthOf(text: string, enough: number): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length && deepest <= enough; i++) {
    const code = text.charCodeAt(i)
    if (code === 34) i = endOfString(text, i)
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return deepest
}

function endOfString(text: string, start: number): number {
  let i = start + 1
  for (; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++
  return i
}
