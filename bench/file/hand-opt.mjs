// node bench/file/hand-opt.mjs IN OUT. As hard as one thread with a full JSON.parse goes by hand: a whole chunk parsed as
// one array, and the text of a second kept. It trusts its input: one bad line, and it ends.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'

const [, , input, output] = process.argv
const CHUNK = 65_536
const [BRACKET, COMMA, END, NEWLINE] = [91, 44, 93, 10]
let second = NaN
let prefix = ''

function isoTime(fractional) {
  const ms = Math.floor(fractional)
  const now = Math.floor(ms / 1000)
  if (now !== second) {
    second = now
    prefix = new Date(now * 1000).toISOString().slice(0, 20)
  }
  const rest = ms - now * 1000
  return `${prefix}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`
}

const from = openSync(input, 'r')
const to = openSync(output, 'w')
const buffer = Buffer.allocUnsafe(CHUNK + 1)
let carried = 0
let out = ''
for (;;) {
  const got = readSync(from, buffer, carried + 1, CHUNK - carried, null)
  if (got === 0) break
  const end = 1 + carried + got
  const last = buffer.lastIndexOf(NEWLINE, end - 1)
  if (last < 1) {
    carried = end - 1
    continue
  }
  buffer[0] = BRACKET
  for (let k = buffer.indexOf(NEWLINE, 1); k >= 0 && k < last; k = buffer.indexOf(NEWLINE, k + 1)) buffer[k] = COMMA
  buffer[last] = END
  const data = JSON.parse(buffer.utf8Slice(0, last + 1))
  for (let k = 0; k < data.length; k++) {
    const d = data[k]
    const { ip } = d
    d.ip = `${ip.slice(0, ip.lastIndexOf('.') + 1)}0`
    d.time = isoTime(d.ts * 1000)
    if (d.level === 'info') out += `${JSON.stringify(d)}\n`
  }
  buffer.copy(buffer, 1, last + 1, end)
  carried = end - last - 1
  if (out.length > 65_536) {
    writeSync(to, out)
    out = ''
  }
}
writeSync(to, out)
closeSync(to)
