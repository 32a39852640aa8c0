/** The files that a train writes, and what would become of letters that are replayed into them. */
import { resolve } from 'node:path'
import type { OutputMark } from '../../files/output-mark.js'
import type { Plan } from '../../movement/chain/plan.js'
import type { Found } from '../checkpoints/place.js'
import { EXIT } from '../exit-codes.js'
import type { LetterFile } from './letter-file.js'
import { ReplayError } from './replay-error.js'

/** One file that is written. */
export interface Output {
  /** The drain's name in its train. */
  readonly drain: string
  readonly path: string
}

/** The files to which drains of a train append: those that have an option `path`. */
export function outputsOf({ places }: Plan): Output[] {
  return places.flatMap(({ kind, name, occupant }) => {
    const path = (occupant as { options?: { path?: unknown } } | null)?.options?.path
    return kind === 'drain' && typeof path === 'string' ? [{ drain: name, path }] : []
  })
}

/**
 * Check that a file isn't written while it is read.
 *
 * @throws {ReplayError} If it is an output.
 */
export function requireOther(file: LetterFile, outputs: readonly Output[], app: string): void {
  const same = outputs.find(({ path }) => file.isAt(path))
  if (same === undefined) return
  throw new ReplayError(
    `${file.path} is written by ${app} itself (${same.drain}): what failed again would be read again. ` +
      `Move it first (mv ${file.path} ${file.path}.replay), let a running ${app} open a new one (kill -HUP), and replay what you moved`,
    EXIT.usage,
  )
}

/**
 * Check that the next start of the app won't cut off what is replayed into its outputs: a run that was killed has left
 * a check-point that says how long they are.
 *
 * @param records The check-points that are there; null for one that a run of the app has just now.
 * @returns Whether the app runs just now, with the same check-point.
 * @throws {ReplayError} If one would be cut.
 */
export function requireUncut(records: readonly (Found | null)[], outputs: readonly Output[], app: string): boolean {
  for (const found of records) {
    const record = found?.record as
      { readonly drains?: Readonly<Record<string, Partial<OutputMark>>> } | null | undefined
    const open = Object.values(record?.drains ?? {}).filter(
      ({ isClosed, isShared }) => isClosed !== true && isShared !== true,
    )
    const cut = outputs.find((output) =>
      open.some((mark) => mark.path !== undefined && resolve(mark.path) === resolve(output.path)),
    )
    if (found !== null && cut !== undefined) {
      throw new ReplayError(
        `the last run of ${app} was killed, and its check-point (${found.name}) will cut ${cut.path} back when ${app} starts again: ` +
          'start it and stop it in order first, or give the replay outputs of its own',
        EXIT.tempfail,
      )
    }
  }
  return records.includes(null)
}
