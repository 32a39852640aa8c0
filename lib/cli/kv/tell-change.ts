/** What happened to a key, on a line: what `watch`, `log` and `diff` print. */
import type { Kv } from '../../kv/engine/engine.js'
import { lineDiff } from './line-diff.js'
import type { Session } from './session.js'
import { escapeLines, jsonOf, lineOf, paint, textOf, valueFields } from './show.js'

/** What happened to a key; `is`: nothing, it is there. */
export type What = 'is' | 'created' | 'changed' | 'deleted'

/** One key, and what happened to it. */
export interface Told {
  /** Null where it is known only that it happened. */
  readonly revision: number | null
  readonly what: What
  readonly path: string
  /** What it was, where that is known. */
  readonly before?: Kv | undefined
  /** What it is; a deleted one is nothing. */
  readonly now?: Kv | undefined
}

const MARKS = { is: '=', created: '+', changed: '~', deleted: '-' } as const
const COLOURS = { is: 'cyan', created: 'green', changed: 'yellow', deleted: 'red' } as const

/** What the marks mean, in every help. */
export const MARKS_HELP = '= it is there, + created, ~ changed, - deleted'

/**
 * Print it: the revision, a mark, the path and the value; with `isDiff` also what is different, a line each. With
 * `--json` it is an object on a line.
 */
export function tellChange(session: Session, told: Told, isDiff = false): void {
  const { revision, what, path, now } = told
  const { out, isTerminal } = session.around
  if (session.isJson) {
    const value = now === undefined ? {} : valueFields(now.value)
    out(`${JSON.stringify({ revision, what, path, ...value })}\n`)
    return
  }
  const isLong = isDiff && what === 'changed'
  const name = lineOf(Buffer.from(path))
  const line = `${MARKS[what]} ${now === undefined || isLong ? name : `${name} = ${lineOf(now.value)}`}`
  const at = revision === null ? '' : `${revision} `
  out(`${at}${paint(line, COLOURS[what], isTerminal.out)}\n`)
  if (isLong) for (const each of diffOf(told, isTerminal.out)) out(`    ${each}\n`)
}

/** What is different between two values, line by line; JSON is laid out for it. */
function diffOf({ before, now }: Told, isColoured: boolean): string[] {
  return lineDiff(linesOf(before), linesOf(now))
    .filter(({ mark }) => mark !== ' ')
    .map(({ mark, line }) => paint(`${mark} ${escapeLines(line)}`, mark === '+' ? 'green' : 'red', isColoured))
}

function linesOf(kv: Kv | undefined): string[] {
  if (kv === undefined) return []
  const text = textOf(kv.value)
  if (text === null) return [lineOf(kv.value)]
  const json = jsonOf(text)
  // What is no more than a number or a string of JSON's stays as it is.
  return (json === undefined ? text : JSON.stringify(json, null, 2)).split('\n')
}
