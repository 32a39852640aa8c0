/** Keys and values as they are shown: exactly in JSON, on one line for people. */
import { escapeControls } from '../../errors/escape-controls.js'
import type { Kv } from '../../kv/engine/engine.js'
import { leaseText, NO_LEASE } from '../../kv/engine/lease-id.js'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A value as text; null if its bytes are no UTF-8.
 *
 * @example
 * assert.deepEqual([Buffer.from('ü'), Buffer.from([0xff])].map(textOf), ['ü', null])
 */
export function textOf(value: Uint8Array): string | null {
  try {
    return UTF8.decode(value)
  } catch {
    return null // It isn't: that is the answer.
  }
}

/** A value as a field of JSON: text as `value`, other bytes as `base64`. */
export function valueFields(value: Uint8Array): { value: string } | { base64: string } {
  const text = textOf(value)
  return text === null ? { base64: Buffer.from(value).toString('base64') } : { value: text }
}

/** All that is known of a key, as fields of JSON. */
export function keyFields(path: string, kv: Kv): Readonly<Record<string, unknown>> {
  return { path, ...valueFields(kv.value), ...metaFields(kv) }
}

/** The same without the value. */
export function metaFields({ mod, create, version, lease }: Kv): Readonly<Record<string, unknown>> {
  return {
    modRevision: mod,
    createRevision: create,
    version,
    lease: lease === NO_LEASE ? null : leaseText(lease),
  }
}

/**
 * A value on one line: an object or a list as JSON without blanks, text with its control characters escaped, other bytes
 * as base64.
 *
 * @example
 * assert.equal(lineOf(Buffer.from('{\n  "a": 1\n}')), '{"a":1}')
 * assert.equal(lineOf(Buffer.from('a\nb')), 'a\\x0ab')
 * assert.equal(lineOf(Buffer.from([0xff])), 'base64:/w==')
 */
export function lineOf(value: Uint8Array): string {
  const text = textOf(value)
  if (text === null) return `base64:${Buffer.from(value).toString('base64')}`
  return escapeControls(jsonOf(text) === undefined ? text : withoutBlanks(text))
}

/** A text of JSON without the blanks between its parts, which are not touched. */
export function withoutBlanks(json: string): string {
  return json.replace(BETWEEN, '$1')
}

/** Blanks between the parts of JSON, or a string, which stays as it is. */
const BETWEEN = /("(?:[^"\\]|\\.)*")|\s+/g

/** The object or list that a text is as JSON; undefined if it is none. */
export function jsonOf(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined // Text, then.
  }
}

/**
 * A text of several lines made fit for a terminal.
 *
 * @example
 * assert.equal(escapeLines('a\tb\n\u001b[2J\n'), 'a\tb\n\\x1b[2J\n')
 */
export function escapeLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part, at) => (at % 2 === 1 ? part : escapeControls(part)))
    .join('')
}

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36 } as const

/** A text in a colour, if colours are wanted. */
export function paint(text: string, colour: keyof typeof COLOURS, isColoured: boolean): string {
  return isColoured ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text
}
