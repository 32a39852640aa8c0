/**
 * A text that is held: the lines of a whole chunk wait in one cog, where each line by itself would cost an object and
 * its place in a list. The chunk's own part of its ticket isn't over before they have all been given back, which is at
 * once; what then comes of each line is the line's own again.
 */
import { ClosedError } from '../../errors/index.js'
import type { Sink } from '../cog/drain.js'
import type { Journey } from './journey.js'
import { count } from './ledger.js'
import type { Ticket } from './ticket.js'

/** The lines of a text that wait in a cog, each an event. Give them back exactly once, with `resumeText`. */
export class TextHold {
  /** The number of the cog in its train; -1 once it was given back. */
  place: number
  readonly ticket: Ticket
  /** The number of the first line in its ticket, and how many there are. */
  readonly first: number
  readonly count: number
  /** The text; whoever holds it need not keep it in memory as one. */
  readonly text: () => string

  constructor(ticket: Ticket, place: number, first: number, count: number, text: () => string) {
    this.ticket = ticket
    this.place = place
    this.first = first
    this.count = count
    this.text = text
  }
}

/** What became of the lines of a text. */
export interface TextOutcome {
  /**
   * What goes on, in the order of the lines that it came of; a string is lines, joined by line ends, and a buffer is
   * theirs in UTF-8, valid during the call only.
   */
  readonly data: string | Buffer | Iterable<unknown>
  /** The line, from 0, of each of these; ascending, and the same several times where one line gave several. */
  readonly ks: { readonly length: number; readonly [i: number]: number }
  /** Lines that failed, ascending, and why. Nothing of them is among the data. */
  readonly failures: readonly (readonly [k: number, error: unknown])[]
}

/** Hold the next `lines` data of a chunk, which are those of a text. In its passage, before any of them was put. */
export function holdText(journey: Journey, place: number, lines: number, text: () => string): TextHold {
  const ticket = journey.currentTicket('holdText()')
  const hold = new TextHold(ticket, place, journey.k + 1, lines, text)
  journey.k += lines
  ticket.waits++
  count(journey.ledger.exits, place, lines)
  count(journey.ledger.holds, place, lines)
  journey.inFlight.addText(hold)
  return hold
}

/** Let what came of the lines go on behind their cog; lines of which nothing came are swallowed. */
export function resumeText(journey: Journey, hold: TextHold, outcome: TextOutcome): void {
  const { place, ticket, first } = hold
  if (place < 0) throw new ClosedError('a text was given back twice: resume it once')
  hold.place = -1
  journey.inFlight.removeText(hold)
  count(journey.ledger.back, place, hold.count)
  journey.enter(ticket, ticket, first, null, place, 0, () => give(journey, hold, place, outcome))
  journey.settlement.passed(ticket)
  journey.gaveBack()
}

function give(journey: Journey, hold: TextHold, place: number, { data, ks, failures }: TextOutcome): void {
  const { ledger } = journey
  const behind = journey.behindOf(place)
  let lines: readonly string[] | null = null
  let failed = 0
  const failBefore = (k: number): void => {
    for (let next = failures[failed]; next !== undefined && next[0] < k; next = failures[++failed]) {
      lines ??= hold.text().split('\n')
      journey.k = hold.first + next[0]
      journey.event = null
      journey.at = place
      journey.fail(next[1], lines[next[0]], 'held')
    }
  }
  let i = 0
  let given = 0 // Lines that gave anything.
  if (isTakenAsOne(journey.settlement.drainsBehind[place], data, ks.length)) {
    for (; i < ks.length; i++) if (ks[i] !== ks[i - 1]) given++
  } else
    for (const datum of listOf(data, ks.length)) {
      const k = ks[i] as number
      if (failed < failures.length) failBefore(k)
      const isFirst = i === 0 || ks[i - 1] !== k
      if (isFirst) {
        given++
        journey.k = hold.first + k
        journey.event = null
      }
      journey.depth = isFirst && ks[i + 1] !== k ? 0 : 1
      behind(datum)
      i++
    }
  journey.depth = 0
  failBefore(Infinity)
  count(ledger.resumed, place, i)
  count(ledger.none, place, hold.count - given - failures.length)
}

/** Give all of it to a drain that takes it in one piece; false if there is none such. */
function isTakenAsOne(drain: Sink<never> | undefined, data: TextOutcome['data'], count: number): boolean {
  if (drain === undefined || count === 0) return false
  if (Buffer.isBuffer(data) && drain.takeBytes !== undefined) drain.takeBytes(data)
  else if (isText(data) && drain.takeText !== undefined) drain.takeText(String(data))
  else return false
  return true
}

function isText(data: TextOutcome['data']): data is string | Buffer {
  return typeof data === 'string' || Buffer.isBuffer(data)
}

function listOf(data: TextOutcome['data'], count: number): Iterable<unknown> {
  if (!isText(data)) return data
  return count === 0 ? [] : String(data).split('\n')
}
