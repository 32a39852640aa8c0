/** The two ways to run a transaction: a loop over its attempts, and a body that is called for each. */
import type { Clock } from '../../movement/loop/clock.js'
import { Attempts, type TxnOptions, type TxnSource } from './attempts.js'
import { Transaction } from './transaction.js'

/**
 * The attempts of a transaction, to be looped over. Each is committed when the next is asked for; when that succeeds
 * the loop is over. To leave the loop by `break` or an exception abandons the attempt: nothing is written.
 */
export async function* loopOver(
  clock: Clock,
  source: TxnSource,
  options: TxnOptions,
): AsyncGenerator<Transaction, void, undefined> {
  const attempts = new Attempts(clock, options)
  for (;;) {
    attempts.check()
    const begun = source.begin(attempts.retries)
    const txn = begun instanceof Transaction ? begun : await begun
    let isLeft = true
    try {
      yield txn
      isLeft = false
    } finally {
      if (isLeft) source.ended?.(txn)
    }
    attempts.check()
    if (await txn.commit()) {
      source.ended?.(txn)
      return
    }
    await attempts.failed(txn)
  }
}

/**
 * Call a body with a transaction and commit it, until that succeeds.
 *
 * @returns what the body has returned in the attempt that was committed.
 */
export async function runBody<T>(
  clock: Clock,
  source: TxnSource,
  body: (txn: Transaction) => T | Promise<T>,
  options: TxnOptions,
): Promise<T> {
  const attempts = new Attempts(clock, options)
  for (;;) {
    attempts.check()
    const begun = source.begin(attempts.retries)
    const txn = begun instanceof Transaction ? begun : await begun
    try {
      const value = await body(txn)
      attempts.check()
      if (await txn.commit()) {
        source.ended?.(txn)
        return value
      }
    } catch (error) {
      // What a body throws that could read no further says nothing; it is called again.
      if (!txn.isSpoilt) {
        source.ended?.(txn)
        throw error
      }
    }
    await attempts.failed(txn)
  }
}
