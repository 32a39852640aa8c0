// node test/crash/generator.mjs DIRECTORY (with an IPC channel)
// Writes the streams of DIRECTORY/generator.json into DIRECTORY/in, rotates their files, and notes in DIRECTORY/notes
// every line that is written completely. It is never killed. It asks its parent what the reader has for good, and is
// told when the reader goes and comes: what nobody could get again must not be taken away before.
import { openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { BEAT } from './notes.mjs'
import { Random } from './random.mjs'
import { Stream } from './stream.mjs'

const [directory] = process.argv.slice(2)
const { seed, durationMs, streams, beatMs } = JSON.parse(readFileSync(join(directory, 'generator.json'), 'utf8'))
const notes = openSync(join(directory, 'notes'), 'a')
const asked = new Map()
const startMs = performance.now()
let readerPid = null
let isReaderDown = true
let isEnough = false

process.on('message', hear)
// Whoever watches over the reader is gone: it ends with us.
process.on('disconnect', () => {
  if (readerPid !== null) process.kill(readerPid, 'SIGKILL')
  process.exit(1)
})

const isOver = () => performance.now() - startMs > durationMs
const beating = beat()
await Promise.all(streams.map(write))
process.send({ ended: 'streams' })
await beating
process.send({ ended: 'beat' })

function write(options) {
  const { stream } = options
  const world = {
    note: (kinds) => note(stream, kinds),
    rotated: (how) => process.send({ rotated: how }),
    settled: (number) => settled(stream, number),
    get isReaderDown() {
      return isReaderDown
    },
  }
  const file = { directory: join(directory, 'in'), name: `${stream}.log` }
  return new Stream({ ...options, ...file }, new Random(`${seed} ${stream}`), world).run(isOver)
}

/** A stream that is never quiet and never rotated, so that the reader has records to make until it is enough. */
async function beat() {
  const random = new Random(`${seed} beat`)
  const options = {
    stream: BEAT,
    directory: join(directory, 'in'),
    name: `${BEAT}.log`,
    numbering: 'shift',
    rotations: {},
  }
  const always = { pauseMs: beatMs, rotateMs: 1e9, burstMax: 1, partial: 0, text: 0, refused: 0, again: 0 }
  const world = { note: (kinds) => note(BEAT, kinds), settled: () => new Promise(() => undefined) }
  await new Stream({ ...options, ...always }, random, world).run(() => isEnough)
}

function note(stream, kinds) {
  if (kinds !== '') writeSync(notes, `${stream} ${kinds}\n`)
}

/** Resolves with true once the reader has all of a stream up to a number for good. */
function settled(stream, number) {
  if (number === 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    const id = asked.size + 1
    asked.set(id, resolve)
    process.send({ ask: { id, stream, number } })
  })
}

function hear(message) {
  if ('settled' in message) asked.get(message.settled)(true)
  if ('enough' in message) isEnough = true
  if ('reader' in message) {
    isReaderDown = message.reader === 'down'
    if (isReaderDown) readerPid = null
    if ('pid' in message) readerPid = message.pid
    process.send({ heard: message.reader })
  }
}
