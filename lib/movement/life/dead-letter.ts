/** What is known of a datum that failed, and how it is written. */
import type { CogError } from '../errors.js'
import { isError } from '../../errors/index.js'

/** Where an input came from, as far as that is known. */
export interface Provenance {
  /** The name of the supply, as the train's accounts have it. */
  readonly supply?: string
  /** The file that it stood in, and the byte that it begins with there; of a compressed file, in what it unpacks to. */
  readonly file?: string
  readonly offset?: number
}

/** A datum that failed, on its way to the dead-letter drain. */
export interface DeadLetter {
  /** When it failed: wall clock, ms since the Unix epoch. */
  readonly timeMs: number
  /** The event's id. */
  readonly id: string
  /** The name of the cog that failed on it. */
  readonly cog: string
  readonly error: CogError
  /** The input as it came, where the supply can still say; null where it cannot. */
  readonly original: Uint8Array | null
  /** Where it came from; empty or missing if it came of several inputs. */
  readonly from?: Provenance
  /** The datum as it was when it failed. */
  readonly data: unknown
}

/**
 * A dead letter as one line of JSON: time, id, cog, error, where it came from, original, and the datum if it can be
 * written as JSON.
 * An original that is no UTF-8 is written as base64, under `originalBase64`.
 *
 * @example
 * const error = new CogError('ParseJson', '7', new Error('no'))
 * const line = formatDeadLetter({ timeMs: 0, id: '7', cog: 'ParseJson', error, original: Buffer.from('x'), data: 'x' })
 * assert.deepEqual(JSON.parse(line), { time: '1970-01-01T00:00:00.000Z', id: '7', cog: 'ParseJson', error: 'no', original: 'x', data: 'x' })
 */
export function formatDeadLetter({ timeMs, id, cog, error, original, from = {}, data }: DeadLetter): string {
  const { cause } = error
  return JSON.stringify({
    time: new Date(timeMs).toISOString(),
    id,
    cog,
    error: isError(cause) ? cause.message : error.message,
    ...(Object.keys(from).length > 0 && { from }),
    ...describeOriginal(original),
    ...describeData(data),
  })
}

function describeOriginal(original: Uint8Array | null): object {
  if (original === null) return {}
  try {
    return { original: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(original) }
  } catch {
    return { originalBase64: Buffer.from(original).toString('base64') }
  }
}

function describeData(data: unknown): object {
  try {
    const text = JSON.stringify(data) as unknown
    return { data: typeof text === 'string' ? (JSON.parse(text) as unknown) : null }
  } catch {
    return { data: Object.prototype.toString.call(data) }
  }
}
