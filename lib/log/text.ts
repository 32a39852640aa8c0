/** A log line as people read it. */
import { describeValue } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'

/** What the line shows in its own places, and so not again among the fields. */
const PLACED = new Set(['time', 'level', 'cog', 'id', 'msg', 'err'])

/**
 * One line of the JSON log as text: time, level, cog, event id, message, fields; the stack of an error below it,
 * each line of it indented. Control characters are escaped. A line that is no JSON stays, escaped.
 *
 * @example
 * const line = JSON.stringify({ level: 'warn', time: '2026-01-02T03:04:05.678Z', id: '7', msg: 'no\nroom', left: 0 })
 * assert.equal(toText(line), '2026-01-02T03:04:05.678Z WARN  7 no\\x0aroom left=0\n')
 */
export function toText(json: string): string {
  const line = parse(json)
  if (line === null) return `${escapeControls(json.trimEnd())}\n`
  const fields = Object.entries(line).filter(([key]) => !PLACED.has(key))
  const parts = [
    plain(line['time']),
    plain(line['level']).toUpperCase().padEnd(5),
    ...['cog', 'id', 'msg'].map((key) => plain(line[key])).filter((part) => part !== ''),
    ...fields.map(
      ([key, value]) => `${key}=${typeof value === 'string' && !/[\s"=]/.test(value) ? value : describe(value)}`,
    ),
  ]
  return `${escapeControls(parts.join(' '))}\n${stackOf(line['err'], plain(line['msg']))}`
}

function parse(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const line: unknown = JSON.parse(json)
    return typeof line === 'object' && line !== null ? (line as Record<string, unknown>) : null
  } catch {
    return null // Not ours to judge: whatever was written is shown.
  }
}

function plain(value: unknown): string {
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : describeValue(value)
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : describeValue(value)
}

function stackOf(err: unknown, message: string): string {
  if (typeof err !== 'object' || err === null) return err === undefined ? '' : `    ${escapeControls(plain(err))}\n`
  const { stack, message: own } = err as { stack?: unknown; message?: unknown }
  const text = plain(stack) || plain(own)
  if (text === '' || text === message) return ''
  return text
    .split('\n')
    .map((line) => `    ${escapeControls(line.trim())}\n`)
    .join('')
}
