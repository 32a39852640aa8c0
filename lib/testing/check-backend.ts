/** checkBackend: what a database promises, tried on any store. */
import { DeadbeatError, toError } from '../errors/index.js'
import type { Backend } from '../kv/backend/backend.js'
import { KEY_PROMISES, TREE_PROMISES } from './backend/direct.js'
import { trialOf, type BackendPromise } from './backend/promise.js'
import { TRANSACTION_PROMISES } from './backend/transactions.js'
import { WATCH_PROMISES } from './backend/watches.js'

/** A database didn't keep a promise: the message says which, `cause` what happened instead. */
export class BackendCheckError extends DeadbeatError {
  constructor(store: string, claim: string, cause: Error) {
    super('ERR_BACKEND_CHECK', `${store} does not keep this: ${claim}. ${cause.message}`, { cause })
  }
}

const PROMISES: readonly BackendPromise[] = [
  ...KEY_PROMISES,
  ...TREE_PROMISES,
  ...TRANSACTION_PROMISES,
  ...WATCH_PROMISES,
]

/**
 * Try every promise of kv on a database: keys, revisions, listings, leases, transactions and their conflicts, watches.
 * Each is tried in a place of its own, below `/check/`, where it leaves its keys; history is compacted.
 *
 * @param make Opens the database, each time anew; it is closed after each promise. It may be the same store each time.
 * @returns how many promises were tried.
 * @throws {BackendCheckError} If one isn't kept.
 * @example
 * assert.ok((await checkBackend(() => new MemoryBackend())) > 40)
 */
export async function checkBackend(make: () => Backend | Promise<Backend>): Promise<number> {
  for (const [claim, test] of PROMISES) {
    const kv = await make()
    try {
      await test(trialOf(kv))
    } catch (error) {
      throw new BackendCheckError(kv.engine.name, claim, toError(error))
    } finally {
      await kv.close()
    }
  }
  return PROMISES.length
}
