/** What a server says of a message that was published to a stream. */
import type { Msg } from '@nats-io/transport-node'
import { DeadbeatError, toError } from '../errors/index.js'

/** Whether it is stored, or why not, and whether there is any use in sending it again. */
export interface Answer {
  readonly error: Error | null
  /** It comes again whenever it is tried. */
  readonly isForGood: boolean
  /** The server had stored a message of this id before. */
  readonly isDuplicate: boolean
  /** It is not stored, for the one that it follows isn't the last. */
  readonly isOutOfOrder: boolean
}

interface Body {
  readonly seq?: unknown
  readonly duplicate?: unknown
  readonly error?: Record<string, unknown>
}

/** Refusals of the size, of headers, of what a stream is said to be. */
const FOR_GOOD = new Set([10054, 10060, 10097])

const OUT_OF_ORDER = 10070

const [S, ZERO, COLON] = Buffer.from('s0:') as unknown as readonly [number, number, number]

const STORED: Answer = { error: null, isForGood: false, isDuplicate: false, isOutOfOrder: false }
const DUPLICATE: Answer = { ...STORED, isDuplicate: true }

/**
 * Read an answer.
 *
 * @example
 * const stored = { data: Buffer.from('{"stream":"EVENTS","seq":17}') }
 * assert.equal(answerOf(stored, 'events.new').error, null)
 */
export function answerOf(message: Pick<Msg, 'data' | 'headers' | 'json'>, subject: string): Answer {
  if (isPlain(message.data)) return STORED
  if (message.headers?.code === 503) return refusal(new DeadbeatError('ERR_NO_STREAM', `no stream takes ${subject}`))
  try {
    const { seq, duplicate, error } = message.json<Body>()
    if (error === undefined && duplicate !== true) return STORED
    if (error === undefined)
      return seq === 0
        ? refusal(new DeadbeatError('ERR_REFUSED', 'its id is taken, and it is not stored yet'))
        : DUPLICATE
    const { err_code, description } = error
    const text = `${String(description)} (${String(err_code)})`
    const refused = refusal(new DeadbeatError('ERR_REFUSED', text), FOR_GOOD.has(err_code as number))
    return { ...refused, isOutOfOrder: err_code === OUT_OF_ORDER }
  } catch (error) {
    const text = `what the server answers can't be read: ${toError(error).message}`
    return refusal(new DeadbeatError('ERR_REFUSED', text, { cause: error }))
  }
}

const refusal = (error: Error, isForGood = false): Answer => ({ ...STORED, error, isForGood })

/**
 * Whether it is `{"stream":"EVENTS","seq":17}`, as nearly all are, which then needn't be parsed: nothing comes before the
 * stream, as an error would, and a number that isn't 0 is last, where `"duplicate":true` would be.
 */
function isPlain(json: Uint8Array): boolean {
  const last = json[json.length - 2] as number
  return json[2] === S && last >= ZERO && last <= ZERO + 9 && !(last === ZERO && json[json.length - 3] === COLON)
}
