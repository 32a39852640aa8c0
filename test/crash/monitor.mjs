// Follows the outputs while a round goes on. It knows when everything is out, and what the reader has for good: what a
// later run will neither lose nor need its input for, whatever happens to this one.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { Notes } from './notes.mjs'
import { filesOf, statOf } from './outputs.mjs'
import { Tally } from './tally.mjs'

/** Without records: after how long what is out counts as known. */
const WITHOUT_RECORDS_MS = 150

/** What lies in the outputs of a round. */
export class Monitor {
  #round
  #store
  #records = null
  /** How many records the present reader has made. */
  #made = 0
  /** Whether the reader has begun, so that what lies in the outputs is its own. */
  #isReady = false
  #tally = null
  #notes
  /** How far each file was read: by inode, as outputs are renamed. */
  #read = new Map()
  #asks = []
  #answer

  /**
   * `round` has the directory, the checks and whether there are check-points, `store` is where these are. `answer` gets
   * the ids of what was asked.
   */
  constructor(round, store, answer) {
    this.#round = round
    this.#store = store
    this.#answer = answer
  }

  /** The reader is about to be started. What lies in the outputs may be cut back, so that nothing of it counts yet. */
  begin() {
    this.#records = this.#store.recordsOf(this.#round.directory, this.#round)
    this.#made = 0
    this.#notes = new Notes()
    this.#tally = new Tally(this.#round.checks, this.#notes)
    this.#read.clear()
  }

  /** The reader is gone: what was seen of it and is not known for good counts no more. */
  end() {
    this.#records?.close()
    this.#records = null
    this.#isReady = false
    for (const ask of this.#asks) ask.since = null
  }

  /** Whether a number and all before it of its stream are known for good is asked: answered once it is so. */
  ask(ask) {
    this.#asks.push({ ...ask, since: null })
  }

  /** Look at everything again. */
  look() {
    if (this.#records === null) return
    this.#made = this.#records.look()
    const { now } = this
    if (this.#round.hasCheckpoints && now < this.#store.recordsMin) return
    this.#isReady = true
    this.#takeNotes()
    this.#takeOutputs()
    this.#asks = this.#asks.filter((ask) => !this.#isAnswered(ask, now))
  }

  /** The reader's own time, which a busy machine slows down like the reader: its records; without them, ms. */
  get now() {
    return this.#round.hasCheckpoints ? this.#made : performance.now()
  }

  /** Whether everything that was noted is out, but for one stream. */
  isComplete(but) {
    return this.#isReady && this.#tally.isComplete(but)
  }

  /** How much is out, but for one stream. */
  progress(but) {
    return this.#tally.progress(but)
  }

  #isAnswered(ask, now) {
    if (ask.since === null && this.#isOut(ask)) ask.since = now
    if (
      ask.since === null ||
      now - ask.since < (this.#round.hasCheckpoints ? this.#store.recordsMin : WITHOUT_RECORDS_MS)
    )
      return false
    this.#answer(ask.id)
    return true
  }

  #isOut({ stream, number }) {
    return (this.#notes.streams.get(stream)?.length ?? 0) >= number && this.#tally.isOver(stream, number)
  }

  #takeNotes() {
    this.#notes.take(this.#readOn(join(this.#round.directory, 'notes')))
  }

  #takeOutputs() {
    for (const { name, ...output } of this.#round.checks)
      for (const path of filesOf(output)) {
        const lines = this.#readOn(path).split('\n')
        for (const line of lines.slice(0, -1)) this.#tally.add(name, line, path)
      }
  }

  /** The whole lines that were appended to a file since. */
  #readOn(path) {
    const stat = statOf(path)
    if (stat === null || stat.size <= (this.#read.get(keyOf(stat)) ?? 0)) return ''
    const fd = openIfThere(path)
    if (fd === null) return ''
    // It may be another file by now.
    const now = fstatSync(fd)
    const offset = this.#read.get(keyOf(now)) ?? 0
    const bytes = Buffer.alloc(Math.max(0, now.size - offset))
    const length = readSync(fd, bytes, 0, bytes.length, offset)
    closeSync(fd)
    const end = bytes.subarray(0, length).lastIndexOf(10) + 1
    this.#read.set(keyOf(now), offset + end)
    return bytes.toString('utf8', 0, end)
  }
}

function openIfThere(path) {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function keyOf({ dev, ino }) {
  return `${dev}:${ino}`
}
