// node bench/latency/appender.mjs FILE COUNT GAP_MS: appends lines one by one, each with the time at which it is written.
import { openSync, writeSync } from 'node:fs'

const [, , path, count, gapMs] = process.argv
const fd = openSync(path, 'a')
const padding = 'x'.repeat(32)
let i = 0
const append = () => {
  writeSync(fd, `{"i":${i},"t":"${process.hrtime.bigint()}","pad":"${padding}"}\n`)
  if (++i < Number(count)) setTimeout(append, Number(gapMs) * (0.5 + Math.random()))
}
setTimeout(append, 300)
