// node bench/fd/count.mjs bare|escapement COUNT: a hundred pipes that are ready together, again and again: what each
// callable reads it writes back. Prints ns of CPU and of wall an event, once the callables have run COUNT times in all.
import { writeSync } from 'node:fs'
import { EPOLL_CTL_ADD, EPOLLIN, native } from 'inotify-ts/native'

const PIPES = 100
const [, , method, countText] = process.argv
const count = Number(countText)
const warmUp = Math.round(count / 5)
const pipes = Array.from({ length: PIPES }, () => native.pipe())
const bytes = Buffer.from('x')
const heard = new Uint32Array(PIPES)
let total = 0
let before = null

function hear(index) {
  const [reading, writing] = pipes[index]
  if (native.read(reading, bytes) !== 1) throw new Error(`pipe ${index} was said to be ready, and had nothing`)
  writeSync(writing, bytes)
  heard[index]++
  total++
  if (total === warmUp) {
    heard.fill(0)
    before = { cpu: process.cpuUsage(), ns: process.hrtime.bigint() }
  } else if (total === warmUp + count) finish()
}

function finish() {
  const { user, system } = process.cpuUsage(before.cpu)
  const wallNs = Number(process.hrtime.bigint() - before.ns)
  // Not a row of them may be left out: each had its share, but for those of the turns at the edges.
  const isFair = heard.every((n) => Math.abs(n - count / PIPES) <= 2)
  console.log(JSON.stringify({ cpuNs: ((user + system) * 1000) / count, wallNs: wallNs / count, isFair }))
  process.exit(0)
}

const methods = {
  /** The limit: the binding alone, one callback for all, and tokens that are the indexes. */
  bare() {
    const epoll = new native.Epoll((ready) => {
      for (let i = 0; i < ready; i++) hear(epoll.ready[2 * i])
    })
    pipes.forEach(([fd], i) => epoll.ctl(EPOLL_CTL_ADD, fd, EPOLLIN, i))
  },
  async escapement() {
    const { Escapement } = await import('deadbeat')
    const esc = Escapement.instance
    pipes.forEach(([fd], i) => esc.fdRegister(fd, EPOLLIN, (_mask, index) => hear(index), i))
  },
}
for (const [, writing] of pipes) writeSync(writing, bytes)
await methods[method]()
