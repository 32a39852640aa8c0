/**
 * The text of a check-point as it is kept, in a file or elsewhere: one line, `deadbeat checkpoint VERSION CRC BYTES`, and
 * one of JSON of that length and checksum. Of version 1 that is a record; of version 2 it says where the record is.
 */
import { DeadbeatError } from '../errors/index.js'
import { crc32 } from './crc32.js'

const HEADER = /^deadbeat checkpoint (\d+) ([0-9a-f]{8}) (\d+)$/
const NEW_LINE = 10

/** A record. */
export const RECORD = 1
/** Where the record is: it was moved to another store. */
export const ELSEWHERE = 2

/** What such a text holds. */
export interface Kept {
  readonly version: typeof RECORD | typeof ELSEWHERE
  /** As JSON. */
  readonly json: string
}

/** The first line of a text, checked. */
export interface Header {
  readonly version: Kept['version']
  readonly crc: number
  /** Of the JSON, in bytes. */
  readonly length: number
  /** Where the JSON begins. */
  readonly start: number
}

/** Where a text is, for messages. */
export interface TextPlace {
  readonly name: string
  /** What an operator does in order to begin anew: `move it away`. */
  readonly remove: string
}

/**
 * Write such a text.
 *
 * @example
 * assert.equal(String(dress(Buffer.from('{"a":1}'), RECORD)), 'deadbeat checkpoint 1 561bacaf 7\n{"a":1}\n')
 */
export function dress(json: Uint8Array, version: Kept['version']): Buffer {
  return Buffer.concat([Buffer.from(`${headerOf(json, version)}\n`), json, Buffer.from('\n')])
}

/** The first line for some JSON. */
export function headerOf(json: Uint8Array, version: Kept['version']): string {
  return `deadbeat checkpoint ${version} ${crc32(json).toString(16).padStart(8, '0')} ${json.length}`
}

/**
 * Read such a text.
 *
 * @throws {DeadbeatError} `ERR_CHECKPOINT` if it is damaged, foreign, or of a newer version.
 */
export function undress(bytes: Buffer, place: TextPlace): Kept {
  const header = readHeader(bytes, place)
  const { version, start } = header
  return { version, json: checked(bytes.subarray(start), header, place) }
}

/**
 * Read the first line of such a text.
 *
 * @throws {DeadbeatError} `ERR_CHECKPOINT` if it is none, or of a newer version.
 */
export function readHeader(bytes: Buffer, place: TextPlace): Header {
  const end = bytes.indexOf(NEW_LINE)
  const match = HEADER.exec(bytes.toString('latin1', 0, Math.max(0, end)))
  if (match === null) throw damaged('it does not begin with the header of a check-point', place)
  const [, version, crc = '', length] = match
  const number = Number(version)
  if (number !== RECORD && number !== ELSEWHERE) {
    const message = `the check-point ${place.name} has format ${version}, and this version knows ${ELSEWHERE}: run the newer version, or ${place.remove} to begin anew`
    throw new DeadbeatError('ERR_CHECKPOINT', message)
  }
  return { version: number, crc: parseInt(crc, 16), length: Number(length), start: end + 1 }
}

/**
 * The JSON of a text, whose bytes may be followed by others.
 *
 * @throws {DeadbeatError} `ERR_CHECKPOINT` if it isn't what its header says.
 */
export function checked(bytes: Buffer, { length, crc }: Header, place: TextPlace): string {
  const json = bytes.subarray(0, length)
  if (json.length < length) throw damaged(`${length - json.length} bytes are missing at its end`, place)
  if (crc32(json) !== crc) throw damaged('its checksum does not fit', place)
  return json.toString()
}

/** An error that says how a text is damaged and what to do. */
export function damaged(how: string, { name, remove }: TextPlace): DeadbeatError {
  const advice = `put back a copy of it, or ${remove} to begin anew (its outputs may then hold lines twice)`
  return new DeadbeatError('ERR_CHECKPOINT', `the check-point ${name} is damaged: ${how}; ${advice}`)
}
