/** What came of a replay: for people, for programs, and as an exit code. */
import { EXIT } from '../exit-codes.js'

/** What came of a replay. Letters are counted; of those that failed again, events. */
export interface Report {
  readonly file: string
  readonly app: string
  /** The supplies whose places the letters took, with commas. */
  readonly supply: string
  /** All letters of the file, those of each cog, and those that were to be replayed. */
  readonly letters: number
  readonly cogs: Readonly<Record<string, number>>
  readonly selected: number
  readonly replayed: number
  readonly failedAgain: number
  /** The lines of letters without an input. */
  readonly withoutOriginal: readonly number[]
  /** Data that failed again without a dead letter. */
  readonly dropped: number
  /** Whether everything of what was replayed is over and durable. */
  readonly complete: boolean
  readonly removed: boolean
  readonly removing: boolean
  readonly dryRun: boolean
}

const LINES_MAX = 10

/** Whether the file has something that exists nowhere else now. */
export function isNeeded({ withoutOriginal, dropped, complete }: Report): boolean {
  return withoutOriginal.length > 0 || dropped > 0 || !complete
}

/** The report for people: one line, and one for each thing that is to be known. */
export function linesOf(report: Report): string[] {
  const { file, app, selected, replayed, failedAgain, withoutOriginal, dropped, complete, dryRun } = report
  const left = withoutOriginal.length
  if (dryRun) {
    const cogs = Object.entries(report.cogs).map(([cog, count]) => `${cog} ${count}`)
    const which = selected < report.letters ? ` of ${report.letters}` : ''
    const from = cogs.length === 0 ? '' : ` (${cogs.join(', ')})`
    return [
      `would replay ${replayed}${which} into ${app}, in the place of ${report.supply}, without original ${left}${from}`,
    ]
  }
  const lines = [`replayed ${replayed}, failed again ${failedAgain}, without original ${left}`]
  if (left > 0) {
    const more = left > LINES_MAX ? ' ...' : ''
    lines.push(
      `without original: line ${withoutOriginal.slice(0, LINES_MAX).join(', ')}${more} of ${file}, where they stay`,
    )
  }
  if (complete && dropped > 0) lines.push(`dropped ${dropped} (onError of ${app}): only ${file} still has them`)
  if (!complete) lines.push(`it is not complete: what is not over comes again when ${file} is replayed again`)
  if (report.removed) lines.push(`removed ${file}`)
  else if (report.removing)
    lines.push(`${file} stays${isNeeded(report) ? '' : ': it was written to or replaced meanwhile'}`)
  return lines
}

/** The report for programs: one line of JSON. */
export function jsonOf(report: Report): string {
  const { removing: _, ...rest } = report
  return `${JSON.stringify({ ...rest, withoutOriginal: report.withoutOriginal.length })}\n`
}

/** 0 if the file isn't needed any more, 65 if some of its letters are, 75 if it is to be tried again. */
export function exitCodeOfReport(report: Report): number {
  const { dryRun, complete, removing, removed } = report
  if (dryRun) return EXIT.ok
  if (!complete) return EXIT.tempfail
  if (isNeeded(report)) return EXIT.dataerr
  return removing && !removed ? EXIT.tempfail : EXIT.ok
}
