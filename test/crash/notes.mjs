// The generator's notes: which numbers of which stream it has written completely, and of what kind each is. A line of
// the file is a stream and the kinds of its next numbers, which begin at 1: `a jjtjr`.
import { readFileSync } from 'node:fs'

/** The stream that is never quiet. */
export const BEAT = 'z'

/** The notes, as far as they were taken in. */
export class Notes {
  /** The kinds of each stream's numbers: that of number 1 first. */
  streams = new Map()
  #rest = ''

  /** Take in what was appended to the file. */
  take(text) {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()
    for (const line of lines) {
      const [stream, kinds] = line.split(' ')
      this.streams.set(stream, (this.streams.get(stream) ?? '') + kinds)
    }
  }

  /** How many lines there are in all. */
  get count() {
    return [...this.streams.values()].reduce((sum, kinds) => sum + kinds.length, 0)
  }
}

/** All notes of a file. */
export function readNotes(path) {
  const notes = new Notes()
  notes.take(readFileSync(path, 'utf8'))
  return notes
}
