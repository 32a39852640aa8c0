/** A log line as people read it. */
import { describeValue } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { fieldsOf, parseLine, plain, stackOf, type Line } from './line.js'

/** The colours of a terminal by level. */
const COLOURS: Readonly<Record<string, number>> = { trace: 90, debug: 90, info: 32, warn: 33, error: 31, fatal: 35 }

/**
 * One line of the JSON log as text: time, level, cog, event id, message, fields; the stack of an error below it,
 * each line of it indented. Control characters are escaped. A line that is no JSON stays, escaped.
 *
 * @param isColoured Whether a terminal shows the level in its colour.
 * @example
 * const line = JSON.stringify({ level: 'warn', time: '2026-01-02T03:04:05.678Z', id: '7', msg: 'no\nroom', left: 0 })
 * assert.equal(toText(line), '2026-01-02T03:04:05.678Z WARN  7 no\\x0aroom left=0\n')
 */
export function toText(json: string, isColoured = false): string {
  const line = parseLine(json)
  if (line === null) return `${escapeControls(json.trimEnd())}\n`
  const level = plain(line['level'])
  const shown = escapeControls(level.toUpperCase().padEnd(5))
  const colour = isColoured && Object.hasOwn(COLOURS, level) ? COLOURS[level] : undefined
  const parts = [
    escapeControls(plain(line['time'])),
    colour === undefined ? shown : `\u001b[${colour}m${shown}\u001b[0m`,
    escapeControls(saidBy(line)),
  ]
  const stack = stackOf(line)
  const below =
    stack === ''
      ? ''
      : stack
          .split('\n')
          .map((frame) => `    ${escapeControls(frame.trim())}\n`)
          .join('')
  return `${parts.join(' ').trimEnd()}\n${below}`
}

/** What a line says, without time, level and stack: cog, event id, message, fields. Nothing is escaped. */
export function saidBy(line: Line): string {
  const fields = fieldsOf(line).map(([key, value]) => `${key}=${isBare(value) ? value : quoted(value)}`)
  return [...['cog', 'id', 'msg'].map((key) => plain(line[key])).filter((part) => part !== ''), ...fields].join(' ')
}

function isBare(value: unknown): value is string {
  return typeof value === 'string' && !/[\s"=]/.test(value)
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : describeValue(value)
}
