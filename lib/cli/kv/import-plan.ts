/** What an import has to do, and in which transactions. */
import type { Compare, Kv, Op } from '../../kv/engine/engine.js'
import { NO_LEASE } from '../../kv/engine/lease-id.js'
import { comparePaths, keyOf } from '../../kv/path.js'
import type { DumpedKey } from './dump.js'
import type { Found } from './subtree.js'

/** One key to be written or deleted. */
export interface Step {
  readonly verb: 'create' | 'update' | 'delete'
  /** In the store. */
  readonly path: string
  readonly compare: Compare
  readonly op: Op
  readonly bytes: number
}

/** All that is to be done, in the order of paths, and how many keys are left alone as they go with a lease. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly leased: number
}

/** What counts. */
export interface PlanOptions {
  /** Whether keys that aren't in the file are deleted. */
  readonly isSync: boolean
  /** Whether keys that go with a lease, there or in the file, are treated as any other. */
  readonly withLeased: boolean
}

/**
 * Compare a file with what is there. What would stay as it is needs nothing; what is written is conditional on what was
 * seen.
 */
export function planImport(keys: readonly DumpedKey[], there: readonly Found[], options: PlanOptions): Plan {
  const { isSync, withLeased } = options
  const before = new Map(there.map(({ path, kv }) => [path, kv]))
  const isOurs = ({ path, isLeased }: DumpedKey): boolean =>
    withLeased || !(isLeased || (before.get(path)?.lease ?? NO_LEASE) !== NO_LEASE)
  const written = keys.filter(isOurs)
  const wanted = new Set(keys.map(({ path }) => path))
  const rest = isSync ? there.filter(({ path }) => !wanted.has(path)) : []
  const gone = rest.filter(({ kv }) => withLeased || kv.lease === NO_LEASE)
  const steps = [
    ...written.flatMap((key) => writing(key, before.get(key.path))),
    ...gone.map(({ path, kv }) => deleting(path, kv)),
  ]
  return {
    steps: steps.sort((a, b) => comparePaths(a.path, b.path)),
    leased: keys.length - written.length + rest.length - gone.length,
  }
}

function writing({ path, value }: DumpedKey, before: Kv | undefined): Step[] {
  if (before !== undefined && Buffer.compare(before.value, value) === 0) return []
  const key = keyOf(path)
  const bytes = key.length * 2 + value.length
  if (before === undefined) {
    const op: Op = { op: 'put', key, value, lease: NO_LEASE }
    return [{ verb: 'create', path, compare: { key, target: 'version', is: '=', than: 0 }, op, bytes }]
  }
  const op: Op = { op: 'put', key, value, lease: 'keep' }
  return [{ verb: 'update', path, compare: unchanged(before), op, bytes }]
}

function deleting(path: string, kv: Kv): Step {
  return { verb: 'delete', path, compare: unchanged(kv), op: { op: 'delete', key: kv.key }, bytes: kv.key.length * 2 }
}

function unchanged({ key, mod }: Kv): Compare {
  return { key, target: 'mod', is: '=', than: mod }
}

/** etcd takes 1.5 MiB at once; a store that has no limit for operations has none for bytes. */
const BYTES_MAX = 1_000_000

/** The steps in as few transactions as the store takes. */
export function transactionsOf(steps: readonly Step[], opsMax: number): readonly (readonly Step[])[] {
  const bytesMax = opsMax === Infinity ? Infinity : BYTES_MAX
  const transactions: Step[][] = []
  let bytes = Infinity
  for (const step of steps) {
    const last = transactions.at(-1)
    bytes += step.bytes
    if (last !== undefined && last.length < opsMax && bytes <= bytesMax) last.push(step)
    else {
      transactions.push([step])
      bytes = step.bytes
    }
  }
  return transactions
}
