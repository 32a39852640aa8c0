/** On which lines the keys of a configuration file stand. */

/** The lines of a file's keys, by their paths. */
export class KeyLines {
  readonly #lines = new Map<string, number>()
  /** Keys that stand twice in one object: where first, and where again. */
  readonly twice: { readonly keys: readonly string[]; readonly first: number; readonly again: number }[] = []

  /** A key stands on this line, the first of the file being 1. */
  note(keys: readonly string[], line: number): void {
    const path = join(keys)
    const first = this.#lines.get(path)
    if (first === undefined) this.#lines.set(path, line)
    else this.twice.push({ keys, first, again: line })
  }

  /** Whether a key was noted. */
  has(keys: readonly string[]): boolean {
    return this.#lines.has(join(keys))
  }

  /** The line of a key, or of the innermost group around it that is known; null if none is. */
  lineOf(keys: readonly string[]): number | null {
    for (let depth = keys.length; depth > 0; depth--) {
      const line = this.#lines.get(join(keys.slice(0, depth)))
      if (line !== undefined) return line
    }
    return null
  }
}

/** One key of the map for a path, whatever its parts hold. */
function join(keys: readonly string[]): string {
  return JSON.stringify(keys)
}

/** A place in a text that goes forward only, and its line. */
export class Cursor {
  readonly text: string
  at = 0
  #line = 1
  #counted = 0

  constructor(text: string) {
    this.text = text
  }

  /** The character here; empty at the end. */
  get here(): string {
    return this.text.charAt(this.at)
  }

  /** The line of this place, the first being 1. */
  get line(): number {
    for (; this.#counted < this.at; this.#counted++) if (this.text[this.#counted] === '\n') this.#line++
    return this.#line
  }

  startsWith(word: string): boolean {
    return this.text.startsWith(word, this.at)
  }

  /** Go past what a sticky pattern matches here, and answer it; empty if it doesn't match. */
  take(sticky: RegExp): string {
    sticky.lastIndex = this.at
    const [found = ''] = sticky.exec(this.text) ?? []
    this.at += found.length
    return found
  }
}
