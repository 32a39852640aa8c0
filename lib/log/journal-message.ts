/** A log line as fields of the systemd journal. */
import { cutText, fieldsOf, parseLine, plain, severityOf, stackOf, type Line } from './line.js'
import { escapeControls } from '../errors/escape-controls.js'

/** A datagram must fit the kernel's send buffer (`net.core.wmem_default`, 208 KiB). */
const DATAGRAM_BYTES_MAX = 160_000
const FIELD_CHARS_MAX = 64
const FIELDS_MAX = 256
/** Line ends and the length. */
const ENCODING_BYTES = 10

/** Fields that we give ourselves; a line's own of such a name gets another. */
const OURS: ReadonlySet<string> = new Set([
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  'COG',
  'EVENT_ID',
  'ERROR_STACK',
])

/**
 * A line as a datagram of the journal's native protocol: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, SYSLOG_PID, COG, EVENT_ID,
 * ERROR_STACK, and each other field under its name in capitals, with `FIELD_` before what the journal doesn't take and
 * what is one of these. Values of several lines are written with their length; other control characters are escaped. Values
 * that are together too long for a datagram are cut with `…`, each to its share; FIELDS_OMITTED counts fields beyond 256.
 *
 * @example
 * const datagram = toJournal('{"level":"warn","msg":"no room","cog":"Dedupe","id":"7","left":0}', 'resolve', 9)
 * assert.equal(
 *   datagram.toString(),
 *   'MESSAGE=no room\nPRIORITY=4\nSYSLOG_IDENTIFIER=resolve\nSYSLOG_PID=9\nCOG=Dedupe\nEVENT_ID=7\nLEFT=0\n',
 * )
 */
export function toJournal(json: string, name: string, pid: number): Buffer {
  const line = parseLine(json) ?? { msg: json.trimEnd() }
  const fields: [string, string][] = [
    ['MESSAGE', plain(line['msg'])],
    ['PRIORITY', String(severityOf(line))],
    ['SYSLOG_IDENTIFIER', name],
    ['SYSLOG_PID', String(pid)],
    ['COG', plain(line['cog'])],
    ['EVENT_ID', plain(line['id'])],
    ['ERROR_STACK', stackOf(line)],
    ...others(line),
  ]
  const all = fields.filter(([, value]) => value !== '')
  const said = all.slice(0, FIELDS_MAX)
  if (all.length > said.length) said.push(['FIELDS_OMITTED', String(all.length - said.length)])
  const texts = said.map(([key, value]): [string, string] => [key, value.split('\n').map(escapeControls).join('\n')])
  const bytes = texts.reduce((sum, [key, value]) => sum + key.length + Buffer.byteLength(value) + ENCODING_BYTES, 0)
  const share = Math.floor(DATAGRAM_BYTES_MAX / texts.length) - FIELD_CHARS_MAX - ENCODING_BYTES
  const isLong = bytes > DATAGRAM_BYTES_MAX
  return Buffer.concat(texts.map(([key, value]) => encode(key, isLong ? cutText(value, share) : value)))
}

function others(line: Line): [string, string][] {
  return fieldsOf(line).map(([key, value]) => {
    const capital = key.toUpperCase().replace(/[^A-Z0-9_]/g, '_')
    const known = !/^[A-Z]/.test(capital) || OURS.has(capital) ? `FIELD_${capital}` : capital
    return [known.slice(0, FIELD_CHARS_MAX), typeof value === 'string' ? value : JSON.stringify(value)]
  })
}

function encode(key: string, value: string): Buffer {
  if (!value.includes('\n')) return Buffer.from(`${key}=${value}\n`)
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([Buffer.from(`${key}\n`), length, bytes, Buffer.from('\n')])
}
