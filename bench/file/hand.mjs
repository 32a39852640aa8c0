// node bench/file/hand.mjs IN OUT. The limit: the plain way by hand, one loop over big synchronous reads and writes.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { anonymise, format, keep, parse, stamp } from './work.mjs'

const [, , input, output] = process.argv
const CHUNK = 262_144
const from = openSync(input, 'r')
const to = openSync(output, 'w')
const buffer = Buffer.allocUnsafe(CHUNK)
let carried = 0
let out = ''
for (;;) {
  const got = readSync(from, buffer, carried, CHUNK - carried, null)
  if (got === 0) break
  const end = carried + got
  const last = buffer.lastIndexOf(10, end - 1)
  if (last < 0) {
    carried = end
    continue
  }
  const text = buffer.utf8Slice(0, last + 1)
  let start = 0
  for (let stop = text.indexOf('\n'); stop >= 0; stop = text.indexOf('\n', start)) {
    const d = stamp(anonymise(parse(text.slice(start, stop))))
    if (keep(d)) out += `${format(d)}\n`
    start = stop + 1
  }
  buffer.copy(buffer, 0, last + 1, end)
  carried = end - last - 1
  if (out.length > 65_536) {
    writeSync(to, out)
    out = ''
  }
}
writeSync(to, out)
closeSync(to)
