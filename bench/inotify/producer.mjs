// The same as producer.c for machines without a compiler.
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const [, , directory, files] = process.argv
for (let n = 0; n < Number(files); n++) {
  const path = join(directory, String(n))
  const fd = openSync(path, 'w')
  writeSync(fd, 'x')
  closeSync(fd)
  unlinkSync(path)
}
