/** What a request says about how it wants to be carried out, besides what is asked for. */
import { describeValue } from '../../errors/index.js'
import { WireError } from '../errors.js'
import type { Payload } from '../frames/message.js'

/** The terms of a request. */
export interface Terms {
  /** How long it may still take; null: as long as it likes. */
  readonly deadlineMs: number | null
  /** By which it may be asked for again without its being done twice; null: it has none. */
  readonly key: string | null
}

/** A key of more characters is nobody's. */
const KEY_MAX = 256

/**
 * The terms of a request that has come at a time of the wall clock. `deadline` counts in seconds from `time`, which is the client's
 * clock: it may be ahead or behind by `clockSkewMs`.
 *
 * @throws {WireError} `ERR_DEADLINE` if its time is over, `ERR_WIRE_VALUE` if a term is none.
 * @example
 * const terms = termsOf({ time: 1000, deadline: 5, key: 'a' }, 1_002_000, 0)
 * assert.deepEqual(terms, { deadlineMs: 3000, key: 'a' })
 */
export function termsOf(payload: Payload | null, wallMs: number, clockSkewMs: number): Terms {
  return payload === null ? NONE : { deadlineMs: deadlineOf(payload, wallMs, clockSkewMs), key: keyOf(payload['key']) }
}

const NONE: Terms = { deadlineMs: null, key: null }

function deadlineOf({ deadline, time }: Payload, wallMs: number, clockSkewMs: number): number | null {
  if (deadline === undefined || deadline === null) return null
  if (typeof deadline !== 'number' || !(deadline >= 0)) {
    throw new WireError('ERR_WIRE_VALUE', `deadline must be a number of seconds: it is ${describeValue(deadline)}`)
  }
  if (typeof time !== 'number') return deadline * 1000
  const leftMs = (time + deadline) * 1000 - wallMs + clockSkewMs
  if (!(leftMs > 0)) throw new WireError('ERR_DEADLINE', `its time was over ${Math.round(-leftMs)} ms before it came`)
  return Math.min(deadline * 1000, leftMs)
}

function keyOf(key: unknown): string | null {
  if (key === undefined || key === null) return null
  if (typeof key === 'string' && key !== '' && key.length <= KEY_MAX) return key
  throw new WireError('ERR_WIRE_VALUE', `key must be a text of 1 to ${KEY_MAX} characters: it is ${describeValue(key)}`)
}
