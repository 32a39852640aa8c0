// node bench/peers/file-streams.mjs IN OUT: the usual chain of object streams, lines by split2.
import { createReadStream, createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import split2 from 'split2'
import { anonymise, format, keep, parse, stamp } from '../file/work.mjs'

const [, , input, output] = process.argv
const each = (fn, options = { objectMode: true }) =>
  new Transform({ ...options, transform: (d, _encoding, done) => done(null, fn(d)) })
const passing = new Transform({
  objectMode: true,
  transform: (d, _encoding, done) => (keep(d) ? done(null, d) : done()),
})
const formatting = each((d) => `${format(d)}\n`, { writableObjectMode: true })
await pipeline(
  createReadStream(input),
  split2(),
  each(parse),
  each(anonymise),
  each(stamp),
  passing,
  formatting,
  createWriteStream(output),
)
