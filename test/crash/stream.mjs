// One stream of lines: written at random pace into its file, which is rotated at random.
import { setTimeout as sleep } from 'node:timers/promises'
import { InputFile } from './input-file.mjs'
import { KINDS, lineOf } from './lines.mjs'
import { randomText } from './texts.mjs'

/** How long it is waited, with nothing written, until a reader is behind all that was. */
const BEHIND_MS = 700
/** How long it is then waited for a reader that is down. */
const DOWN_MS = 400
/** How many lines may be written once more later: a repeat comes soon. */
const RECENT = 100

/**
 * A stream. `options` has its name, its rotations by weight, and the shares of lines by kind; `world` has `note(kinds)`,
 * `rotated(how)`,
 * `settled(number)`, a promise that the reader has all up to there for good, and `isReaderDown`.
 */
export class Stream {
  #options
  #random
  #world
  #file
  #number = 0
  #recent = []
  /** Whether the reader knows the present file for good, so that it finds it under any name. */
  #isKnown = false
  /** Whether it ever knew one for good, so that it finds what had the name later. */
  #wasKnown = false
  /** How long the file may become until the reader has seen that it was truncated: nobody could see it afterwards. */
  #lengthMax = Infinity
  #generation = 0

  constructor(options, random, world) {
    this.#options = options
    this.#random = random
    this.#world = world
    this.#file = new InputFile(options)
    this.#begun()
  }

  /** Write until `isOver` says so. */
  async run(isOver) {
    const random = this.#random
    let rotateAt = this.#nextRotation()
    while (!isOver()) {
      await sleep(random.chance(0.03) ? random.between(100, 250) : random.between(0, this.#options.pauseMs))
      if (performance.now() < rotateAt && !(this.#isFree && random.chance(0.2))) {
        await this.#burst()
        continue
      }
      await this.#rotate(isOver)
      rotateAt = this.#nextRotation()
    }
    if (this.#file.isRenamed) this.#open()
    this.#file.close()
  }

  #nextRotation() {
    return performance.now() + this.#random.between(50, this.#options.rotateMs)
  }

  /** Some lines in one to three writes, which may lie anywhere in them. */
  async #burst() {
    const random = this.#random
    const { text, refused, again, burstMax } = this.#options
    const lines = []
    let kinds = ''
    let recent = this.#recent
    for (let left = random.chance(0.02) ? burstMax * 10 : random.between(1, burstMax); left > 0; left--) {
      if (recent.length > 0 && random.chance(again)) {
        lines.push(random.pick(recent))
        continue
      }
      const kind = random.chance(text) ? KINDS.text : random.chance(refused) ? KINDS.refused : KINDS.json
      const number = this.#number + kinds.length + 1
      const line = lineOf({ stream: this.#options.stream, number, kind, text: randomText(random) })
      lines.push(line)
      kinds += kind
      if (again > 0 && kind !== KINDS.text) recent = [...recent.slice(1 - RECENT), line]
    }
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    if (this.#file.length + bytes.length >= this.#lengthMax) return
    await this.#writeInParts(bytes)
    this.#number += kinds.length
    this.#recent = recent
    this.#world.note(kinds)
  }

  async #writeInParts(bytes) {
    const random = this.#random
    const parts = random.chance(this.#options.partial) ? random.between(2, 3) : 1
    const ends = Array.from({ length: parts - 1 }, () => random.between(0, bytes.length)).sort((a, b) => a - b)
    let from = 0
    for (const to of [...ends, bytes.length]) {
      this.#file.write(bytes.subarray(from, to))
      from = to
      if (to < bytes.length) await sleep(random.between(0, 15))
    }
  }

  async #rotate(isOver) {
    const file = this.#file
    if (file.isRenamed) {
      this.#open()
      return
    }
    if (file.length === 0) return
    const how = this.#random.weighted(this.#options.rotations)
    if (how === 'rename') {
      if (this.#isKnown || this.#isFree || this.#options.isPattern) this.#rename()
    } else if (how === 'copyTruncate') {
      if (this.#isFree || (await this.#isReaderBehind(isOver))) this.#copyTruncate()
    } else if (how === 'recreate') {
      if (this.#options.isReaderSteady ? this.#isKnown : await this.#isReaderBehind(isOver)) this.#recreate()
    }
    this.#retire()
  }

  /** Whether files may be rotated that nobody has read: a reader that comes finds them, if it knows of any. */
  get #isFree() {
    return this.#options.isSearched && this.#wasKnown && this.#world.isReaderDown
  }

  #rename() {
    this.#world.rotated('rename')
    this.#file.rename({ last: this.#number, isSettled: false })
    // Some writers notice late.
    if (!this.#random.chance(0.4)) this.#open()
  }

  #copyTruncate() {
    const { length } = this.#file
    this.#world.rotated('copyTruncate')
    const memo = { last: this.#number, isSettled: false }
    this.#file.copyTruncate(memo)
    this.#remember(memo)
    this.#begun()
    // One that is down finds out by what the file begins with, however long it has become.
    if (this.#world.isReaderDown) return
    this.#lengthMax = length
    const generation = this.#generation
    void this.#world.settled(this.#number + 1).then(() => {
      if (generation === this.#generation) this.#lengthMax = Infinity
    })
  }

  #recreate() {
    this.#world.rotated('recreate')
    this.#file.recreate()
    this.#begun()
  }

  #open() {
    const [newest] = this.#file.older
    newest.memo.last = this.#number
    this.#remember(newest.memo)
    this.#file.open()
    this.#begun()
  }

  /** An older file is needed no more once the reader has all of it for good. */
  #remember(memo) {
    void this.#world.settled(memo.last).then(() => (memo.isSettled = true))
  }

  /** A file was begun: ask to be told when the reader knows it. */
  #begun() {
    this.#generation += 1
    const generation = this.#generation
    this.#lengthMax = Infinity
    this.#isKnown = false
    void this.#world.settled(this.#number + 1).then(() => {
      this.#wasKnown = true
      if (generation === this.#generation) this.#isKnown = true
    })
  }

  /** Wait, writing nothing, until the reader has everything for good; at times until it is down besides. */
  async #isReaderBehind(isOver) {
    const isDownWanted = !this.#options.isReaderSteady && this.#random.chance(0.5)
    const settled = await Promise.race([this.#world.settled(this.#number), sleep(BEHIND_MS, false)])
    if (!settled || isOver()) return false
    const endMs = performance.now() + DOWN_MS
    while (isDownWanted && !this.#world.isReaderDown && performance.now() < endMs) await sleep(5)
    return true
  }

  /** Compress the oldest file, or let it go once the reader needs it no more. */
  #retire() {
    const file = this.#file
    if (file.isRenamed || !this.#random.chance(0.5)) return
    if (this.#random.pick(this.#options.retire) === 'compress') {
      if (file.oldestPlain !== undefined && (this.#isFree || file.oldestPlain.memo.isSettled)) file.compress()
    } else if (file.older.at(-1)?.memo.isSettled === true) {
      file.deleteOldest()
    }
  }
}
