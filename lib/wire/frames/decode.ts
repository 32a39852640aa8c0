/** Messages from their frames, as anybody may have sent them. */
import { isUtf8 } from 'node:buffer'
import { describeValue, toError } from '../../errors/index.js'
import { WireError } from '../errors.js'
import { Bulk } from './bulk.js'
import { parseJson } from './json.js'
import {
  NO_ACK,
  NO_REP,
  type Dialect,
  type Frames,
  type Malformed,
  type Payload,
  type Publication,
  type Reply,
  type Request,
  type RequestType,
} from './message.js'
import { isOldLayout, layoutOf, translateOld } from './old-dialect.js'

const [A, E, G, S, T] = [97, 69, 71, 83, 84]
const FLAG_BYTES_MAX = 4

/**
 * What a daemon got, without the frame of the client's identity. null: it is no message of this protocol, or an answer, which
 * nobody may answer.
 *
 * @param dialect What is known of this client, for the layout of an answer to frames that both dialects share.
 */
export function decodeRequest(frames: Frames, dialect: Dialect = 'new'): Request | Malformed | null {
  const [version, id, typeFrame] = frames
  if (version === undefined || id === undefined || typeFrame === undefined || !isVersion(version)) return null
  const type = typeOf(typeFrame)
  if (type === 'ACK' || type === 'REP') return null
  const isOld = isOldLayout(type, frames)
  const layout = layoutOf(type, frames, dialect)
  const seen = { dialect: layout, id, target: text(frames[3]), flags: isOld ? 0 : flagsOf(frames[4]) }
  try {
    if (frames.length !== 6 && frames.length !== 7)
      throw fault(`a request has 6 or 7 frames: this one has ${frames.length}`)
    const payload = isOld ? readPayload(frames[4], notEmpty(frames[5])) : readPayload(frames[5], frames[6])
    requireUtf8('target', frames[3], seen.target)
    const asked = isOld ? translateOld(type, seen.target, payload) : { type, target: seen.target }
    return { dialect: layout, id, type: requireType(asked.type), target: asked.target, flags: seen.flags, payload }
  } catch (error) {
    return { ...seen, fault: toFault(error) }
  }
}

/** What a client got. null: it is none of this protocol's answers. */
export function decodeReply(frames: Frames): Reply | null {
  const [version, id, typeFrame] = frames
  if (version === undefined || id === undefined || typeFrame === undefined || !isVersion(version)) return null
  if (frames.length !== 6 && frames.length !== 7) return null
  const type = text(typeFrame)
  if (type === 'ACK') return { type, id: latin(id), payload: null }
  if (type !== 'REP') return null
  try {
    const isOld = isOldLayout(type, frames)
    const payload = isOld ? readPayload(frames[4], notEmpty(frames[5])) : readPayload(frames[5], frames[6])
    return { type, id: latin(id), payload }
  } catch (error) {
    return { type, id: latin(id), payload: null, fault: toFault(error) }
  }
}

/** What a subscriber got, in either dialect. null: it is malformed. */
export function decodePublication(frames: Frames): Publication | null {
  const [topic, version] = frames
  if (topic === undefined || version === undefined || !isVersion(version) || frames.length < 3 || frames.length > 4)
    return null
  try {
    const payload = readPayload(frames[2], frames[3])
    if (payload === null || topic.length < 2 || topic[topic.length - 1] !== DOT) return null
    return { target: text(topic).slice(0, -1), payload }
  } catch {
    return null
  }
}

const DOT = 46

/** A frame as text, one character a byte: what stands for an id. */
export function latin(frame: Uint8Array): string {
  return asBuffer(frame).toString('latin1')
}

function readPayload(json: Uint8Array | undefined, bulk: Uint8Array | undefined): Payload | null {
  if (json === undefined || json.length === 0) {
    if (bulk === undefined || bulk.length === 0) return null
    throw fault('an array must have a payload that tells its shape and dtype: it is empty')
  }
  const payload = readObject(json)
  const isArray = bulk !== undefined && (bulk.length > 0 || 'shape' in payload)
  if (!isArray) return payload
  const { shape, dtype, ...fields } = payload
  return { ...fields, value: Bulk.read(bulk, shape, dtype) }
}

function readObject(json: Uint8Array): Payload {
  const read = text(json)
  requireUtf8('payload', json, read)
  const value = parseJson(read)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fault(`a payload must be a JSON object: it is ${describeValue(value)}`)
  }
  return value as Payload
}

function requireUtf8(name: string, frame: Uint8Array | undefined, read: string): void {
  // What is no UTF-8 is read as this character, which may also be meant.
  if (read.includes('\ufffd') && frame !== undefined && !isUtf8(frame))
    throw fault(`the ${name} must be UTF-8: it isn't`)
}

function requireType(type: string): RequestType {
  if (type === 'GET' || type === 'SET' || type === 'CALL') return type
  throw fault(`a request is GET, SET or CALL: it is ${describeValue(type)}`)
}

function flagsOf(frame: Uint8Array | undefined): number {
  if (frame === undefined || frame.length > FLAG_BYTES_MAX) return 0
  const last = frame.length === 0 ? 0 : (frame[frame.length - 1] as number) // It is big-endian.
  return last & (NO_ACK | NO_REP)
}

/** The two that come most are known without a text being made. */
function typeOf(frame: Uint8Array): string {
  if (frame.length === 3 && frame[1] === E && frame[2] === T) {
    if (frame[0] === G) return 'GET'
    if (frame[0] === S) return 'SET'
  }
  return text(frame)
}

/** In the old dialect the frame of the array is always there. */
function notEmpty(frame: Uint8Array | undefined): Uint8Array | undefined {
  return frame === undefined || frame.length === 0 ? undefined : frame
}

function isVersion(frame: Uint8Array): boolean {
  return frame.length === 1 && frame[0] === A
}

function text(frame: Uint8Array | undefined): string {
  return frame === undefined ? '' : asBuffer(frame).toString()
}

function asBuffer(frame: Uint8Array): Buffer {
  return Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
}

function toFault(thrown: unknown): WireError {
  return thrown instanceof WireError ? thrown : fault(toError(thrown).message)
}

function fault(message: string): WireError {
  return new WireError('ERR_WIRE_FRAMES', message)
}
