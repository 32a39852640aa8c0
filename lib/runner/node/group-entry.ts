/** What is said of a group of runners, for all of its members: anybody with rights edits it. */
import type { JsonObject } from '../../kv/index.js'
import { describeValue } from '../../errors/index.js'
import { RunnerError } from '../errors.js'

/** A group. */
export interface GroupEntry {
  /** How many members there should be: `CompleteState` tells that they are there. Null: nobody has said. */
  readonly size: number | null
  /** Whether none of its jobs is started. Those that run go on. */
  readonly paused: boolean
  /** The nodes that are to let go of its jobs, and take no more. */
  readonly draining: readonly string[]
}

const DEFAULTS: GroupEntry = { size: null, paused: false, draining: [] }

/**
 * A group from what is stored.
 *
 * @throws {RunnerError} ERR_ENTRY, if a field is not as it must be.
 * @example
 * assert.deepEqual(readGroupEntry({ size: 3 }), { size: 3, paused: false, draining: [] })
 * assert.throws(() => readGroupEntry({ size: 0 }), /size must be null or a whole number from 1 on: it is 0/)
 */
export function readGroupEntry(value: JsonObject): GroupEntry {
  const group = { ...DEFAULTS, ...value }
  const { size, paused, draining } = group as Readonly<Record<keyof GroupEntry, unknown>>
  if (size !== null && !(Number.isInteger(size) && (size as number) >= 1))
    throw fault('size', 'null or a whole number from 1 on', size)
  if (typeof paused !== 'boolean') throw fault('paused', 'true or false', paused)
  if (!Array.isArray(draining) || !draining.every((node) => typeof node === 'string'))
    throw fault('draining', 'a list of names of nodes', draining)
  return group
}

function fault(field: string, rule: string, value: unknown): RunnerError {
  return new RunnerError('ERR_ENTRY', `${field} must be ${rule}: it is ${describeValue(value)}`)
}
