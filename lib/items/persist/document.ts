/**
 * All saved values of a daemon in one text: a first line, `deadbeat values VERSION CRC BYTES`, and, of that length and
 * checksum, a line for each: its key as JSON, a blank, and what it has, as it is.
 */
import { DeadbeatError } from '../../errors/index.js'
import { crc32 } from '../../files/crc32.js'

const VERSION = 1
const HEADER = /^deadbeat values (\d+) ([0-9a-f]{8}) (\d+)$/
const LINE = /^("(?:[^"\\]|\\[^])*") ([^]*)$/
const NEW_LINE = 10

/**
 * Write one.
 *
 * @throws {TypeError} If what a key has is more than a line.
 * @example
 * const text = String(formatDocument([['level', '{"value":3,"time":1}']]))
 * assert.equal(text, 'deadbeat values 1 b24080dd 29\n"level" {"value":3,"time":1}\n')
 */
export function formatDocument(values: Iterable<readonly [key: string, text: string]>): Buffer {
  const lines = [...values].map(([key, text]) => {
    if (text.includes('\n'))
      throw new TypeError(`what is saved of ${key} must be one line: it is ${JSON.stringify(text)}`)
    return `${JSON.stringify(key)} ${text}\n`
  })
  const body = Buffer.from(lines.join(''))
  const crc = crc32(body).toString(16).padStart(8, '0')
  return Buffer.concat([Buffer.from(`deadbeat values ${VERSION} ${crc} ${body.length}\n`), body])
}

/**
 * Read one.
 *
 * @param name What it is called in messages.
 * @returns null if it is damaged, or something else.
 * @throws {DeadbeatError} `ERR_PERSIST` if it is of a newer version.
 */
export function parseDocument(bytes: Buffer, name: string): Map<string, string> | null {
  const end = bytes.indexOf(NEW_LINE)
  const [, version, crc, length] = HEADER.exec(bytes.toString('latin1', 0, Math.max(0, end))) ?? []
  if (version === undefined) return null
  if (Number(version) !== VERSION) {
    const message = `the saved values in ${name} have version ${version}, and this program knows ${VERSION}: run the newer one, or move them away to begin anew`
    throw new DeadbeatError('ERR_PERSIST', message)
  }
  const body = bytes.subarray(end + 1)
  if (body.length !== Number(length) || crc32(body) !== parseInt(crc as string, 16)) return null
  const lines = body.toString().split('\n').slice(0, -1)
  return new Map(
    lines.map((line) => {
      const [, key = '""', text = ''] = LINE.exec(line) ?? []
      return [JSON.parse(key) as string, text]
    }),
  )
}
