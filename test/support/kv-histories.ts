/**
 * Random transactions of several clients at once, and whether what they did can have been done one after the other: in
 * the order of their revisions, each must have read what the state before its own revision was.
 */
import type { Backend } from '../../lib/kv/backend/backend.js'
import type { Transaction } from '../../lib/kv/transaction/transaction.js'
import { Random } from '../../lib/testing/check/random.js'

/** What one committed transaction has read and written. */
export interface Committed {
  readonly revision: number
  /** Whether it wrote: then its reads are of the state before its revision, else of the state at it. */
  readonly hasWritten: boolean
  readonly gets: ReadonlyMap<string, string | null>
  /** Listings of `/h/N/`, by path. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  readonly writes: ReadonlyMap<string, string | null>
}

const GROUPS = 2
const KEYS = 4

/** Let clients run so many transactions each, and hand back those that were committed. */
export async function makeHistory(clients: readonly Backend[], count: number, seed: number): Promise<Committed[]> {
  const history: Committed[] = []
  const work = async (kv: Backend, client: number): Promise<void> => {
    const random = new Random(seed * 100 + client)
    for (let i = 0; i < count; i++) history.push(await transact(kv, random, `${client}.${i}`))
  }
  await Promise.all(clients.map(work))
  return history
}

async function transact(kv: Backend, random: Random, value: string): Promise<Committed> {
  let last: Transaction | undefined
  const record = await kv.transact(
    async (txn) => {
      last = txn
      const [gets, lists, writes] = [
        new Map<string, string | null>(),
        new Map<string, string[]>(),
        new Map<string, string | null>(),
      ]
      const path = (): string => `/h/${random.below(GROUPS)}/${random.below(KEYS)}`
      for (let reads = random.below(4); reads > 0; reads--) {
        const at = path()
        gets.set(at, await txn.get(at))
      }
      if (random.chance(40)) {
        const at = `/h/${random.below(GROUPS)}/`
        lists.set(at, await txn.listKeys(at))
      }
      for (let todo = random.below(3); todo > 0; todo--) {
        const at = path()
        writes.set(at, random.chance(30) ? null : value)
        if (writes.get(at) === null) await txn.delete(at, { mustExist: false })
        else await txn.put(at, value, { lease: null })
      }
      return { gets, lists, writes }
    },
    { maxRetries: 1000 },
  )
  const hasWritten = last?.commitRevision !== null
  return { ...record, hasWritten, revision: last?.commitRevision ?? last?.readRevision ?? 0 }
}

/** What doesn't fit: one line each. */
export function faultsOf(history: readonly Committed[]): string[] {
  const faults: string[] = []
  const state = new Map<string, string>()
  const inOrder = history.toSorted((a, b) => a.revision - b.revision || Number(b.hasWritten) - Number(a.hasWritten))
  for (const [i, txn] of inOrder.entries()) {
    const before = inOrder[i - 1]
    if (txn.hasWritten && before?.hasWritten === true && before.revision === txn.revision) {
      faults.push(`two have revision ${txn.revision}`)
    }
    for (const [path, value] of txn.gets) {
      if (txn.revision === 0) continue
      const found = state.get(path) ?? null
      if (found !== value) faults.push(`at ${txn.revision} ${path} was read as ${value}: it was ${found}`)
    }
    for (const [path, paths] of txn.lists) {
      const found = [...state.keys()].filter((key) => key.startsWith(path)).sort()
      if (found.join() !== paths.join())
        faults.push(`at ${txn.revision} ${path} had ${paths.join(' ')}: it had ${found.join(' ')}`)
    }
    for (const [path, value] of txn.writes) {
      if (value === null) state.delete(path)
      else state.set(path, value)
    }
  }
  return faults
}
