/** Which job: on which kind of runner, in which group, and its path there. */
import { describeValue, requireOneOf } from '../../errors/index.js'
import { RunnerError } from '../errors.js'
import { formatPath, type Path } from '../path.js'

/** Where a job runs: on any one member of its group, at one named node, or on all members. */
export type Kind = 'any' | 'at' | 'all'

/** The kinds, for those who check. */
export const KINDS: readonly Kind[] = ['any', 'at', 'all']

/** The group of jobs and nodes that name none. */
export const DEFAULT_GROUP = 'default'

/** A job. */
export interface JobId {
  readonly kind: Kind
  readonly group: string
  /** Of kind `at` only. */
  readonly node?: string
  readonly path: Path
}

/**
 * Check that a job is one: a kind that there is, a group, and a node where the kind has one.
 *
 * @throws {RangeError} If there is no such kind.
 * @throws {RunnerError} ERR_ENTRY, if group or path is empty, or the node is missing or not to be named.
 */
export function checkJobId(id: JobId): JobId {
  requireOneOf(KINDS, id, 'kind')
  if ((id.kind === 'at') !== (id.node !== undefined)) {
    throw new RunnerError('ERR_ENTRY', `a job of kind at, and no other, names its node: it is ${describeValue(id)}`)
  }
  if (id.group === '' || id.node === '' || id.path.length === 0) {
    throw new RunnerError('ERR_ENTRY', `a job's group, node and path must not be empty: it is ${describeValue(id)}`)
  }
  return id
}

/**
 * A job as messages and logs show it: kind, group, node and path.
 *
 * @example
 * assert.equal(describeJob({ kind: 'any', group: 'default', path: ['a', 'question'] }), 'any/default a.question')
 * assert.equal(describeJob({ kind: 'at', group: 'lab', node: 'n1', path: ['a'] }), 'at/lab/n1 a')
 */
export function describeJob({ kind, group, node, path }: JobId): string {
  return `${kind}/${group}${node === undefined ? '' : `/${node}`} ${formatPath(path)}`
}
