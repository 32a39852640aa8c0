// node bench/latency/tail.mjs METHOD FILE COUNT: sees lines that are appended to a file, by one method, and keeps how
// long each took since it was written. Says `ready`, then, when it has seen them all, its latencies in us as JSON.
// Methods: spin (reads without a pause), watch (fs.watch and a read), stdin, fifo.
import { createReadStream, watch } from 'node:fs'
import { reader } from './reader.mjs'
import { recorder } from './recorder.mjs'

const [, , method, file, count] = process.argv
const { feed } = recorder(Number(count))

const methods = {
  spin() {
    const read = reader(file, feed)
    const turn = () => {
      read()
      setImmediate(turn)
    }
    turn()
  },
  watch: () => watch(file, reader(file, feed)),
  stdin: () => process.stdin.setEncoding('utf8').on('data', feed),
  fifo: () => createReadStream(file, { encoding: 'utf8' }).on('data', feed),
}
methods[method]()
console.log('ready')
