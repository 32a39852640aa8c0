/** A line of the JSON log, read again by what writes it in another form. */
import { describeValue } from '../errors/index.js'

/** The fields of a line by their names. */
export type Line = Readonly<Record<string, unknown>>

/** What a line that is made another form of has in places of its own, and so not again among the fields. */
const PLACED: ReadonlySet<string> = new Set(['time', 'level', 'cog', 'id', 'msg', 'err'])

/** The severities of syslog, by level. */
const SEVERITIES: ReadonlyMap<unknown, number> = new Map([
  ['fatal', 2],
  ['error', 3],
  ['warn', 4],
  ['info', 6],
  ['debug', 7],
  ['trace', 7],
])

/** Read a line; null if it is no JSON object. */
export function parseLine(json: string): Line | null {
  try {
    const line: unknown = JSON.parse(json)
    return typeof line === 'object' && line !== null ? (line as Line) : null
  } catch {
    return null // Not ours to judge: whatever was written is shown.
  }
}

/** The fields that have no place of their own. */
export function fieldsOf(line: Line): [string, unknown][] {
  return Object.entries(line).filter(([key]) => !PLACED.has(key))
}

/** A value as a text: nothing is empty, a text is itself, all else is described. */
export function plain(value: unknown): string {
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : describeValue(value)
}

/** The stack of a line's error, else its message; empty if the line has none, or says the same already. */
export function stackOf(line: Line): string {
  const err = line['err']
  if (typeof err !== 'object' || err === null) return plain(err)
  const { stack, message } = err as { stack?: unknown; message?: unknown }
  const text = plain(stack) || plain(message)
  return text === plain(line['msg']) ? '' : text
}

/**
 * The severity of a line by RFC 5424: 2 for fatal to 7 for debug and trace; 6 if nothing is said.
 *
 * @example
 * assert.equal(severityOf({ level: 'warn' }), 4)
 */
export function severityOf(line: Line): number {
  return SEVERITIES.get(line['level']) ?? 6
}

/**
 * A text cut to so many bytes of UTF-8, at a whole character; `…` says that it was.
 *
 * @example
 * assert.equal(cutText('grün', 99), 'grün')
 * assert.equal(cutText('grünes', 6), 'gr…')
 */
export function cutText(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax) return text
  const bytes = Buffer.from(text)
  let end = Math.max(0, bytesMax - 3)
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return `${bytes.toString('utf8', 0, end)}…`
}
