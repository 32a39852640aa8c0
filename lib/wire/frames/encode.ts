/** Messages as frames, to be sent. */
import { Bulk } from './bulk.js'
import { formatJson } from './json.js'
import { VERSION, type OutFrame, type Payload, type Request, type RequestType } from './message.js'

const ACK = Buffer.from('ACK')
const REP = Buffer.from('REP')
const TYPES: Readonly<Record<RequestType, Buffer>> = {
  GET: Buffer.from('GET'),
  SET: Buffer.from('SET'),
  CALL: Buffer.from('CALL'),
}

/** What a client sends: `id` is one character a byte. */
export interface RequestToSend {
  readonly id: string
  readonly type: RequestType
  readonly target: string
  readonly flags: number
  readonly payload: Payload | null
}

/** The frames of a request. */
export function encodeRequest({ id, type, target, flags, payload }: RequestToSend): OutFrame[] {
  const flagFrame = flags === 0 ? null : Uint8Array.of(flags)
  const { json, bulk } = payload === null ? { json: null, bulk: null } : encodeBody(payload)
  const frames = [VERSION, Buffer.from(id, 'latin1'), TYPES[type], target, flagFrame, json]
  return bulk === null ? frames : [...frames, bulk]
}

/** The frames of an ACK, which are the same in both dialects. */
export function encodeAck(id: Uint8Array): OutFrame[] {
  return [VERSION, id, ACK, null, null, null]
}

/** Whether frames are those of an ACK that was made here. */
export function isAck(frames: readonly OutFrame[]): boolean {
  return frames[2] === ACK
}

/** What a message carries: its JSON, and the bytes of the array if its value is one. */
export interface Body {
  readonly json: string
  readonly bulk: Uint8Array | null
}

/** The frames of a REP, in the dialect of its request. */
export function encodeReply({ id, target, dialect }: Addressed, { json, bulk }: Body): OutFrame[] {
  if (dialect === 'old') return [VERSION, id, REP, target, json, bulk]
  return bulk === null ? [VERSION, id, REP, target, null, json] : [VERSION, id, REP, target, null, json, bulk]
}

/** What an answer needs of its request. */
export type Addressed = Pick<Request, 'id' | 'target' | 'dialect'>

/**
 * The frames of a publication: its number and the run of its daemon stand in the payload, behind what is published.
 *
 * @example
 * const [, , json] = encodePublication('lamp.level.', { value: 7 }, 3, 'b1')
 * assert.equal(json, '{"value":7,"_seq":3,"_boot":"b1"}')
 */
export function encodePublication(topic: Uint8Array | string, payload: Payload, seq: number, boot: string): OutFrame[] {
  const fields = numberFields(payload)
  if (fields !== null) return [topic, VERSION, `{${fields},"_seq":${seq},"_boot":"${boot}"}`]
  const { json, bulk } = encodeBody(payload)
  // Into the text: a copy of each payload would take as long as all the rest.
  const numbered = `${json.length > 2 ? `${json.slice(0, -1)},` : '{'}"_seq":${seq},"_boot":"${boot}"}`
  return bulk === null ? [topic, VERSION, numbered] : [topic, VERSION, numbered, bulk]
}

/**
 * What a payload is on the wire. A field that is null is not written, but for `value`.
 *
 * @example
 * assert.equal(encodeBody({ value: null, time: 1.5, comment: null }).json, '{"value":null,"time":1.5}')
 */
export function encodeBody(payload: Payload): Body {
  const numbers = numberFields(payload)
  if (numbers !== null) return { json: `{${numbers}}`, bulk: null }
  const value = payload['value']
  if (!(value instanceof Bulk)) return { json: formatJson(withoutNulls(payload)), bulk: null }
  const { value: _array, ...fields } = withoutNulls(payload)
  return { json: formatJson({ ...fields, shape: value.shape, dtype: value.dtype }), bulk: value.bytes() }
}

/** The fields of what is a number and its time, as most is: by hand they take a third of the time. null: it is something else. */
function numberFields(payload: Payload): string | null {
  const { value, time } = payload
  if (typeof value !== 'number' || typeof time !== 'number' || !Number.isFinite(value + time)) return null
  for (const name in payload) if (name !== 'value' && name !== 'time') return null
  return `"value":${value},"time":${time}`
}

function withoutNulls(payload: Payload): Payload {
  for (const name in payload) {
    if (payload[name] !== null || name === 'value') continue
    return Object.fromEntries(Object.entries(payload).filter(([key, value]) => value !== null || key === 'value'))
  }
  return payload
}
