/** One dead letter, read back from the line of JSON that `formatDeadLetter` made of it. */
import { describeValue } from '../../errors/index.js'
import type { Provenance } from '../../movement/index.js'

/** A dead letter as it stands in a file. */
export interface Letter {
  /** The number of its line, from 1 on. */
  readonly line: number
  /** The event's id in the train that it failed in. */
  readonly id: string
  /** The cog that failed on it. */
  readonly cog: string
  /** Where it came from, as far as it says so: the letters of earlier versions don't. */
  readonly from: Provenance
  /** The input as it came; null where nobody could say any more. */
  readonly original: Buffer | null
  /** The datum as it was when it failed. */
  readonly data: unknown
}

/**
 * A line as the dead letter that it is; a text that says why it is none.
 *
 * @example
 * const line = '{"time":"2026-01-01T00:00:00.000Z","id":"7","cog":"ParseJson","error":"no","original":"x","data":"x"}'
 * assert.deepEqual(letterOf(line, 1), { line: 1, id: '7', cog: 'ParseJson', from: {}, original: Buffer.from('x'), data: 'x' })
 * assert.equal(letterOf('{"id":7}', 1), 'time must be a text: it is undefined')
 */
export function letterOf(text: string, line: number): Letter | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return `it is not JSON: ${describeValue(text)}`
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return `it is ${describeValue(json)}`
  const { time, id, cog, error, from, original, originalBase64, data } = json as Record<string, unknown>
  const wrong = Object.entries({ time, id, cog, error }).find(([, value]) => typeof value !== 'string')
  if (wrong !== undefined) return `${wrong[0]} must be a text: it is ${describeValue(wrong[1])}`
  if (Number.isNaN(Date.parse(time as string))) return `time must be a time: it is ${describeValue(time)}`
  const input = originalOf(original, originalBase64)
  if (typeof input === 'string') return input
  const whence = provenanceOf(from)
  if (typeof whence === 'string') return whence
  return { line, id: id as string, cog: cog as string, from: whence, original: input, data }
}

function provenanceOf(from: unknown): Provenance | string {
  if (from === undefined) return {}
  if (typeof from !== 'object' || from === null || Array.isArray(from))
    return `from must be an object: it is ${describeValue(from)}`
  const { supply, file, offset } = from as Record<string, unknown>
  const wrong = Object.entries({ supply, file }).find(([, value]) => value !== undefined && typeof value !== 'string')
  if (wrong !== undefined) return `from.${wrong[0]} must be a text: it is ${describeValue(wrong[1])}`
  if (offset !== undefined && !(Number.isSafeInteger(offset) && (offset as number) >= 0))
    return `from.offset must be a whole number of at least 0: it is ${describeValue(offset)}`
  return {
    ...(typeof supply === 'string' && { supply }),
    ...(typeof file === 'string' && { file }),
    ...(offset !== undefined && { offset: offset as number }),
  }
}

function originalOf(text: unknown, base64: unknown): Buffer | string | null {
  if (text === undefined && base64 === undefined) return null
  if (text !== undefined && base64 !== undefined) return 'it has both original and originalBase64'
  if (typeof text === 'string') return Buffer.from(text)
  if (typeof base64 !== 'string') {
    const name = text === undefined ? 'originalBase64' : 'original'
    return `${name} must be a text: it is ${describeValue(text ?? base64)}`
  }
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes : `originalBase64 must be base64: it is ${describeValue(base64)}`
}
