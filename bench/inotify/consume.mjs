// node bench/inotify/consume.mjs bare|escapement|watch DIRECTORY COUNT: says `ready`, then counts events until COUNT came
// or nothing more comes. Prints us of CPU an event from the first one on, how many came, and overflows.
import { watch } from 'node:fs'

const IN_MODIFY = 0x2
const IN_CLOSE_WRITE = 0x8
const IN_CREATE = 0x100
const IN_DELETE = 0x200
const IN_Q_OVERFLOW = 0x4000
const MASK = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE
const QUIET_MS = 1000

const [, , method, directory, countText] = process.argv
const count = Number(countText)
let heard = 0
let overflows = 0
let cpu = null
let last = null

function hear() {
  if (heard === 0) {
    cpu = process.cpuUsage()
    setInterval(giveUp, QUIET_MS)
  }
  heard++
  if (heard === count) finish()
}

/** Something is lost if nothing came for a while. */
function giveUp() {
  if (heard === last) finish()
  last = heard
}

function finish() {
  const { user, system } = process.cpuUsage(cpu)
  console.log(JSON.stringify({ us: (user + system) / heard, heard, overflows }))
  process.exit(0)
}

function hearMask(mask) {
  if ((mask & IN_Q_OVERFLOW) !== 0) overflows++
  else hear()
}

const methods = {
  /** The limit: the binding alone. */
  async bare() {
    const { Inotify } = await import('inotify-ts')
    const inotify = new Inotify({
      onEvents(events) {
        for (const { mask } of events) hearMask(mask)
      },
    })
    inotify.add(directory, MASK)
  },
  async escapement() {
    const { Escapement } = await import('deadbeat')
    Escapement.instance.inotifyAdd(directory, MASK, ({ mask }) => hearMask(mask))
  },
  /** It knows only three of the four kinds, and says nothing of an overflow. */
  watch: () => watch(directory, hear),
}
await methods[method]()
console.log('ready')
