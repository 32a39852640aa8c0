// node bench/file/rxjs.mjs IN OUT: RxJS 7 over the lines of readline. It has no back-pressure.
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Observable, filter, map } from 'rxjs'
import { anonymise, format, keep, parse, stamp } from './work.mjs'

const [, , input, output] = process.argv
const out = createWriteStream(output)
const lines = new Observable((subscriber) => {
  createInterface({ input: createReadStream(input), crlfDelay: Infinity })
    .on('line', (line) => subscriber.next(line))
    .on('close', () => subscriber.complete())
})
lines
  .pipe(
    map(parse),
    map(anonymise),
    map(stamp),
    filter(keep),
    map((d) => `${format(d)}\n`),
  )
  .subscribe({ next: (text) => out.write(text), complete: () => out.end() })
