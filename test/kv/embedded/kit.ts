/** The file of a store and what is beneath an engine, for tests. */
import { afterEach } from '@jest/globals'
import type { Boot } from '../../../lib/kv/embedded/boot.js'
import { EmbeddedRows } from '../../../lib/kv/embedded/embedded-rows.js'
import type { Reading } from '../../../lib/kv/embedded/lmdb.js'
import { openStore } from '../../../lib/kv/embedded/open-store.js'
import type { Op } from '../../../lib/kv/engine/engine.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { temporary } from '../../support/temporary.js'

type Opened = ReturnType<typeof openStore>

const opened = new Set<Opened>()
afterEach(async () => {
  for (const store of opened) await close(store)
})

/** To close lmdb's file twice ends the process. */
async function close(store: Opened): Promise<void> {
  if (!opened.delete(store)) return
  store.turn.close()
  await store.tables.root.close()
}

/** Open a store that nobody else writes. */
export const openAlone = (path: string): Opened => openStore(path, { clock: new ManualClock(), busyMs: 5000 })

/** A path where no store is yet. */
export function newPath(): string {
  return `${temporary()}/store.kv`
}

/** The tables of a new store, and how to write and read them. */
export function startTables(path = newPath()) {
  const store = openAlone(path)
  opened.add(store)
  const { tables, turn } = store
  const write = <T>(work: (rows: EmbeddedRows) => T): T =>
    tables.root.transactionSync(() => {
      const rows = new EmbeddedRows(tables)
      const result = work(rows)
      rows.finish()
      return result
    })
  return {
    tables,
    turn,
    write,
    close: () => close(store),
    commit: (...ops: Op[]) => write((rows) => applyCommit(rows, 'here', [], ops)),
    read: <T>(use: (reading: Reading) => T): T => {
      tables.root.resetReadTxn()
      const transaction = tables.root.useReadTransaction()
      try {
        return use({ transaction })
      } finally {
        transaction.done()
      }
    },
  }
}

/** Write a key. */
export function put(key: string, value = key, lease = 0n): Op {
  return { op: 'put', key, value: Buffer.from(value), lease }
}

/** A run of the machine that a test's clock drives. */
export function bootOf(clock: ManualClock, id = 'first'): Boot {
  return { id, now: () => clock.now(), clockMs: (bootMs) => bootMs }
}
