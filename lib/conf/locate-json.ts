/** Where keys stand in a text of JSON or JSON5 that a parser has accepted: the parsers themselves don't tell. */
import { Cursor, KeyLines } from './key-lines.js'

const BLANK = /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)+/y
const TEXT = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y
const WORD = /[^\s\uFEFF,:[\]{}"'/]+/y

/**
 * The lines of the keys of a valid text. What lies in lists has none of its own.
 *
 * @param parse The parser that accepted it, for keys that are written with escapes.
 * @example
 * assert.equal(locateJson('{\n"a": {\n"b": 1 } }', JSON.parse).lineOf(['a', 'b']), 3)
 */
export function locateJson(text: string, parse: (text: string) => unknown): KeyLines {
  const cursor = new Cursor(text)
  const lines = new KeyLines()

  const value = (keys: readonly string[] | null): void => {
    cursor.take(BLANK)
    if (cursor.here === '{') group(keys)
    else if (cursor.here === '[') list()
    else if (cursor.take(TEXT) === '') cursor.take(WORD)
    cursor.take(BLANK)
  }

  const group = (keys: readonly string[] | null): void => {
    cursor.at++
    for (cursor.take(BLANK); cursor.here !== '}' && cursor.here !== ''; cursor.take(BLANK)) {
      const { line } = cursor
      const written = cursor.take(TEXT) || cursor.take(WORD)
      const path = keys === null ? null : [...keys, nameOf(written)]
      if (path !== null) lines.note(path, line)
      cursor.take(BLANK)
      cursor.at++ // The colon.
      value(path)
      if (cursor.here === ',') cursor.at++
    }
    cursor.at++
  }

  const list = (): void => {
    cursor.at++
    for (cursor.take(BLANK); cursor.here !== ']' && cursor.here !== ''; cursor.take(BLANK)) {
      value(null)
      if (cursor.here === ',') cursor.at++
    }
    cursor.at++
  }

  const nameOf = (written: string): string => {
    if (written.includes('\\')) return Object.keys(parse(`{${written}:0}`) as object)[0] ?? ''
    return /^["']/.test(written) ? written.slice(1, -1) : written
  }

  value([])
  return lines
}
