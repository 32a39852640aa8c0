/** Jobs and their states as people read them: one line each. */
import {
  ABOUT_TO_START,
  CLOCK_SKEW_S,
  foresee,
  formatPath,
  NEVER_RAN,
  whyNot,
  type GroupView,
  type JobState,
  type StoredJob,
  type StoredState,
} from '../../runner/index.js'

/** What runs: the code's path, or the app. */
export function whatRuns({ entry }: StoredJob): string {
  return entry?.code ?? (entry?.app === undefined ? '-' : `app ${entry.app}`)
}

/** How a job stands, on one node where each has its own state. */
export interface Standing {
  /** Whole, in words. */
  readonly text: string
  /** What keeps it from being run, if it is due and something does; null: nothing. It stands in the words, too. */
  readonly obstacle: string | null
}

/**
 * How a job stands.
 *
 * @param view the nodes that could run it.
 * @param now in UNIX seconds.
 */
export function standing(
  job: StoredJob,
  { node, state, isClaimed }: StoredState,
  view: GroupView,
  now: number,
): Standing {
  const { entry, fault } = job
  if (entry === null) return { text: `can't be used: ${fault?.message ?? ''}`, obstacle: null }
  if (isClaimed) {
    const bySetBack = state.started > now + CLOCK_SKEW_S ? ', by a clock that was set back' : ''
    return { text: `runs on ${state.node ?? '?'} since ${timeText(state.started)}${bySetBack}`, obstacle: null }
  }
  if (state.node !== null) return { text: `was lost with ${state.node}`, obstacle: null }
  const { due, reason, isLatest } = foresee(entry, state, now)
  const obstacle = due !== null && due <= now ? obstacleOf(job, { node, state, isClaimed }, view, now) : null
  const next =
    due === null
      ? `-never- (${reason})`
      : due <= now
        ? `due (${reason})${obstacle === null ? '' : `: ${obstacle}`}`
        : `${isLatest ? 'at the latest ' : ''}${timeText(due)} (${reason})`
  return { text: `${next}${lastText(state)}`, obstacle }
}

function obstacleOf(
  { id, entry }: StoredJob,
  { node, state }: StoredState,
  view: GroupView,
  now: number,
): string | null {
  const its = node === null ? id : { ...id, node }
  const why = whyNot({ id: its, entry, state, claimedBy: null, fault: null }, view, now)
  return why === ABOUT_TO_START ? null : why
}

function lastText({ outcome, error }: JobState): string {
  if (outcome === null) return ''
  return `; last ${outcome}${error === null ? '' : `: ${error.name}: ${error.message}`}`
}

/** The states that a job is shown with: those that it has, or one as of a job that never ran. */
function shown(states: readonly StoredState[]): readonly StoredState[] {
  return states.length === 0 ? [{ node: null, state: NEVER_RAN, isClaimed: false }] : states
}

/** A line of a table for each of them. */
export function linesOf(job: StoredJob, states: readonly StoredState[], view: GroupView, now: number): string[] {
  return shown(states).map((row) => {
    const where = row.node === null ? '' : ` @${row.node}`
    return `${formatPath(job.id.path)}${where}  ${whatRuns(job)}  ${standing(job, row, view, now).text}`
  })
}

/** The same as fields of JSON, an object for each line. */
export function standingFields(
  job: StoredJob,
  states: readonly StoredState[],
  view: GroupView,
  now: number,
): Readonly<Record<string, unknown>>[] {
  return shown(states).map((row) => ({
    ...(row.node === null ? {} : { on: row.node }),
    ...standing(job, row, view, now),
  }))
}

/** The last time that a date can be, in UNIX seconds. */
const DATE_MAX_S = 8.64e12

/**
 * A time in UNIX seconds as text; `-` for never.
 *
 * @example
 * assert.deepEqual([0, 1800000000].map(timeText), ['-', '2027-01-15T08:00:00Z'])
 */
export function timeText(seconds: number): string {
  if (seconds === 0) return '-'
  if (!(Math.abs(seconds) <= DATE_MAX_S)) return `${seconds} s` // No date says so much, and others are to be shown.
  return new Date(seconds * 1000).toISOString().replace(/\.000Z$/, 'Z')
}

/** A job with its states as fields of JSON. */
export function jobFields(job: StoredJob, states?: readonly StoredState[]): Readonly<Record<string, unknown>> {
  const { id, entry, fault, written, revision } = job
  const { path, ...place } = id
  return {
    ...place,
    path: formatPath(path),
    entry: entry ?? written,
    ...(fault === null ? {} : { fault: fault.message }),
    revision,
    ...(states === undefined ? {} : { states: states.map(stateFields) }),
  }
}

/** A state as fields of JSON. */
export function stateFields({ node, state, isClaimed }: StoredState): Readonly<Record<string, unknown>> {
  return { ...(node === null ? {} : { on: node }), ...state, isClaimed }
}
