// Counts what came out, number by number, against what was written.
import { numbersIn } from './lines.mjs'

/** How many faults of each sort are told one by one. */
const EXAMPLES_MAX = 5

/**
 * The count of one output. `kinds` says which lines belong in it, `ordered` whether each stream's numbers must ascend,
 * `exact` whether a repeated one is a fault.
 */
class OutputTally {
  examples = []
  counts = { lines: 0, repeated: 0, allowed: 0, corrupt: 0, disordered: 0 }
  #check
  #notes
  /** By stream: how often each number came, and which came last. */
  #seen = new Map()
  #last = new Map()
  /** By stream: how many different ones came, and up to which everything is there. */
  #different = new Map()
  #prefix = new Map()

  constructor(check, notes) {
    this.#check = check
    this.#notes = notes
  }

  add(line, where) {
    this.counts.lines += 1
    const numbers = numbersIn(line)
    if (numbers === null) this.fault('corrupt', `${where}: ${JSON.stringify(line.slice(0, 120))}`)
    for (const [stream, number] of numbers ?? []) this.#count(stream, number, where)
  }

  fault(sort, text) {
    this.counts[sort] += 1
    if (this.counts[sort] <= EXAMPLES_MAX) this.examples.push(`${sort} in ${text}`)
  }

  /** Whether a number that was written is where it belongs, which may be elsewhere. */
  isOver(stream, number) {
    if (!this.#check.kinds.includes(this.#notes.streams.get(stream)?.[number - 1])) return true
    return (this.#seen.get(stream)?.[number] ?? 0) > 0
  }

  /** Up to which number all that was written of a stream is over. */
  prefix(stream) {
    let number = this.#prefix.get(stream) ?? 0
    const written = this.#notes.streams.get(stream)?.length ?? 0
    while (number < written && this.isOver(stream, number + 1)) number += 1
    this.#prefix.set(stream, number)
    return number
  }

  /** How many different lines came, but for one stream. */
  progress(but) {
    return [...this.#different].reduce((sum, [stream, count]) => sum + (stream === but ? 0 : count), 0)
  }

  /** The numbers that were written and did not come. */
  lost() {
    const lost = []
    for (const [stream, kinds] of this.#notes.streams)
      for (let number = this.prefix(stream) + 1; number <= kinds.length; number++)
        if (!this.isOver(stream, number)) lost.push(`${stream} ${number}`)
    return lost
  }

  /** Numbers that came and, as the notes have it, should not have: asked at the end, when the notes are complete. */
  strays() {
    const strays = []
    for (const [stream, seen] of this.#seen) {
      const kinds = this.#notes.streams.get(stream) ?? ''
      seen.forEach((_, number) => {
        const kind = kinds[number - 1]
        if (kind === undefined || !this.#check.kinds.includes(kind)) strays.push(`${stream} ${number}`)
      })
    }
    return strays
  }

  #count(stream, number, where) {
    let seen = this.#seen.get(stream)
    if (seen === undefined) this.#seen.set(stream, (seen = []))
    const times = (seen[number] = (seen[number] ?? 0) + 1)
    if (times > 1) {
      if (this.#check.exact) this.fault('repeated', `${where}: ${stream} ${number}, ${times} times`)
      else this.counts.allowed += 1
      return
    }
    this.#different.set(stream, (this.#different.get(stream) ?? 0) + 1)
    const last = this.#last.get(stream) ?? 0
    if (this.#check.ordered && number < last)
      this.fault('disordered', `${where}: ${stream} ${number} behind ${stream} ${last}`)
    this.#last.set(stream, Math.max(last, number))
  }
}

/** The count of all outputs of an app. */
export class Tally {
  #notes
  #outputs

  constructor(checks, notes) {
    this.#notes = notes
    this.#outputs = new Map(checks.map((check) => [check.name, new OutputTally(check, notes)]))
  }

  /** A line of an output, and where it stands. */
  add(name, line, where) {
    this.#outputs.get(name).add(line, where)
  }

  /** A file of an output that ends within a line. */
  torn(name, rest, where) {
    this.#outputs.get(name).fault('corrupt', `${where}: it ends with ${JSON.stringify(rest.slice(0, 120))}`)
  }

  /** Whether all lines of a stream up to this number are out, wherever they belong. */
  isOver(stream, number) {
    return [...this.#outputs.values()].every((output) => output.prefix(stream) >= number)
  }

  /** Whether all that was noted so far is out, but for one stream. */
  isComplete(but = null) {
    return [...this.#notes.streams].every(([stream, kinds]) => stream === but || this.isOver(stream, kinds.length))
  }

  /** How many different lines came out, but for one stream. */
  progress(but = null) {
    return [...this.#outputs.values()].reduce((sum, output) => sum + output.progress(but), 0)
  }

  /** The verdict, once the notes and the outputs are complete. */
  report() {
    const total = { written: this.#notes.count, lines: 0, lost: 0, repeated: 0, allowed: 0, corrupt: 0, disordered: 0 }
    const examples = []
    for (const [name, output] of this.#outputs) {
      const lost = output.lost()
      for (const stray of output.strays()) output.fault('corrupt', `${name}: ${stray} does not belong there`)
      for (const [sort, count] of Object.entries(output.counts)) total[sort] += count
      total.lost += lost.length
      if (lost.length > 0) examples.push(`lost for ${name}: ${rangesOf(lost)}`)
      examples.push(...output.examples)
    }
    return { ...total, examples }
  }
}

/** The first of these numbers, as ranges: `a 3 to 17, b 2`. */
function rangesOf(names) {
  const ranges = []
  for (const name of names) {
    const [stream, text] = name.split(' ')
    const last = ranges.at(-1)
    if (last?.stream === stream && last.to + 1 === Number(text)) last.to += 1
    else ranges.push({ stream, from: Number(text), to: Number(text) })
  }
  const texts = ranges.map(({ stream, from, to }) => (from === to ? `${stream} ${from}` : `${stream} ${from} to ${to}`))
  const more = texts.length > EXAMPLES_MAX ? ` and ${texts.length - EXAMPLES_MAX} more ranges` : ''
  return texts.slice(0, EXAMPLES_MAX).join(', ') + more
}
