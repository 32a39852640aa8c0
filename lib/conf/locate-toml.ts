/** Where keys stand in a text of TOML that the parser has accepted: it doesn't tell itself. */
import { Cursor, KeyLines } from './key-lines.js'

const BLANK = /(?:\s|#[^\n]*)+/y
const SPACE = /[ \t]+/y
const WORD = /[A-Za-z0-9_-]+/y
const TEXT = /"""(?:[^\\]|\\[^])*?"{3,5}(?!")|'''[^]*?'{3,5}(?!')|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y
const PLAIN = /[^,\]}#\n]+/y

/**
 * The lines of the keys of a valid text. What lies in lists, tables `[[x]]` among them, has none of its own.
 *
 * @param parse The parser that accepted it, for keys that are written with escapes.
 */
export function locateToml(text: string, parse: (text: string) => object): KeyLines {
  const cursor = new Cursor(text)
  const lines = new KeyLines()

  const statement = (base: readonly string[] | null): readonly string[] | null => {
    if (cursor.here !== '[') {
      setting(base)
      return base
    }
    const isList = cursor.startsWith('[[')
    cursor.at += isList ? 2 : 1
    const { line } = cursor
    const keys = path()
    if (keys !== null) noteAll([], keys, line)
    cursor.at += isList ? 2 : 1
    return isList ? null : keys
  }

  const setting = (base: readonly string[] | null): void => {
    const { line } = cursor
    const keys = path()
    if (base !== null && keys !== null) noteAll(base, keys, line)
    cursor.at++ // The equals sign.
    value(base === null || keys === null ? null : [...base, ...keys])
  }

  /** A dotted key; null at what is none. */
  const path = (): string[] | null => {
    const keys: string[] = []
    for (;;) {
      cursor.take(SPACE)
      const written = cursor.take(WORD) || cursor.take(TEXT)
      if (written === '') return null
      keys.push(nameOf(written))
      cursor.take(SPACE)
      if (cursor.here !== '.') return keys
      cursor.at++
    }
  }

  const value = (keys: readonly string[] | null): void => {
    cursor.take(BLANK)
    if (cursor.here === '[') members(']', () => value(null))
    else if (cursor.here === '{') members('}', () => setting(keys))
    else if (cursor.take(TEXT) === '') cursor.take(PLAIN)
  }

  const members = (end: string, member: () => void): void => {
    cursor.at++
    for (cursor.take(BLANK); cursor.here !== end && cursor.here !== ''; cursor.take(BLANK)) {
      member()
      cursor.take(BLANK)
      if (cursor.here === ',') cursor.at++
    }
    cursor.at++
  }

  const nameOf = (written: string): string => {
    if (written.includes('\\')) return Object.keys(parse(`${written} = 0`))[0] ?? ''
    return /^["']/.test(written) ? written.slice(1, -1) : written
  }

  /** A dotted key opens the groups that it leads through, too. */
  const noteAll = (base: readonly string[], keys: readonly string[], line: number): void => {
    keys.forEach((_, i) => {
      const one = [...base, ...keys.slice(0, i + 1)]
      if (!lines.has(one)) lines.note(one, line)
    })
  }

  let table: readonly string[] | null = []
  for (cursor.take(BLANK); cursor.here !== ''; cursor.take(BLANK)) {
    const { at } = cursor
    table = statement(table)
    if (cursor.at === at) break // Nothing that this reader knows.
  }
  return lines
}
