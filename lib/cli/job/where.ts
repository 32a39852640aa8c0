/** Which jobs a command means: by the node and group that stand behind `deadbeat job`. */
import type { Backend } from '../../kv/index.js'
import { JobStore, Keys, parsePath, type JobGroup, type JobId } from '../../runner/index.js'
import type { CommonFlags, Session } from '../kv/session.js'

/** The options that every command of jobs has. */
export interface JobFlags extends CommonFlags {
  /** A node, `-` for all nodes; not given: any node. */
  readonly node?: string
  readonly group: string
}

/** What a command works with. */
export interface Jobs {
  readonly kv: Backend
  readonly keys: Keys
  readonly store: JobStore
  readonly place: JobGroup
}

/** The jobs that a command means. */
export function jobsOf(session: Session, { node, group }: JobFlags): Jobs {
  const keys = new Keys(`${session.prefix}/deadbeat`)
  const kv = session.backend
  return { kv, keys, store: new JobStore(kv, keys), place: placeOf(node, group) }
}

/**
 * The kind that a node means, as in MoaT-KV: none, any node; `-`, all; else that one.
 *
 * @example
 * assert.deepEqual(placeOf(undefined, 'g'), { kind: 'any', group: 'g' })
 * assert.deepEqual(placeOf('-', 'g'), { kind: 'all', group: 'g' })
 * assert.deepEqual(placeOf('n1', 'g'), { kind: 'at', group: 'g', node: 'n1' })
 */
export function placeOf(node: string | undefined, group: string): JobGroup {
  if (node === undefined) return { kind: 'any', group }
  return node === '-' ? { kind: 'all', group } : { kind: 'at', group, node }
}

/** The job of a dotted path there. */
export function jobAt({ place }: Jobs, text: string): JobId {
  return { ...place, path: parsePath(text) }
}
