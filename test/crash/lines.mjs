// The lines of the test. Each carries its stream, its number and a sum over all of itself, so that whoever finds it in
// an output knows which one it is and whether it is whole.
import { crc32 } from 'node:zlib'

/** What a line is: JSON, text that is no JSON and must come out as a dead letter, or JSON that a look-up refuses. */
export const KINDS = { json: 'j', text: 't', refused: 'r' }

// What a line of text may begin with. Several are the beginning of a value that goes on, so that a parser that takes
// lines together would join it with the next.
const OPENINGS = ['# ', '{"half": ', '[1, ', '"', '12 ']
const TEXT = /^(?:# |\{"half": |\[1, |"|12 )([a-z]) (\d+) ([0-9a-f]{8}) ?([^]*)$/
const NAME = /^([a-z]) (\d+)$/

/** A line without its end. */
export function lineOf({ stream, number, kind, text }) {
  const sum = sumOf(stream, number, kind, text)
  if (kind === KINDS.text) return `${OPENINGS[number % OPENINGS.length]}${stream} ${number} ${sum} ${text}`
  const line = { s: stream, n: number, c: sum }
  if (kind === KINDS.refused) line.r = 1
  if (text !== '') line.t = text
  return JSON.stringify(line)
}

/**
 * The lines that a line of output tells of, as pairs of stream and number: one, or those of a bundle. Null if it is
 * torn, spoiled or nothing of ours.
 */
export function numbersIn(output) {
  const value = parse(output)
  if (value === undefined) return one(readText(output))
  if (Array.isArray(value.bundle)) return readBundle(value.bundle)
  if ('cog' in value) return one(readLetter(value))
  return one(readJson(value))
}

/** A dead letter has the input as it came, or where that can't be had any more the datum as it was. */
function readLetter({ original, data }) {
  if (typeof original === 'string') return readInput(original)
  return typeof data === 'object' && data !== null ? readJson(data) : readText(String(data))
}

function readInput(line) {
  const value = parse(line)
  return value === undefined ? readText(line) : readJson(value)
}

function readText(line) {
  const [, stream, number, sum, text] = TEXT.exec(line) ?? []
  return stream !== undefined && sum === sumOf(stream, number, KINDS.text, text) ? [stream, Number(number)] : null
}

function readJson({ s: stream, n: number, c: sum, r: refused, t: text = '' }) {
  const kind = refused === undefined ? KINDS.json : KINDS.refused
  return sum === sumOf(stream, number, kind, text) ? [stream, number] : null
}

function readBundle(names) {
  const found = names.map((name) => NAME.exec(name))
  return found.includes(null) || found.length === 0 ? null : found.map(([, stream, number]) => [stream, Number(number)])
}

function parse(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function one(found) {
  return found === null ? null : [found]
}

function sumOf(stream, number, kind, text) {
  return crc32(`${stream} ${number} ${kind} ${text}`).toString(16).padStart(8, '0')
}
