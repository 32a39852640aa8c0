/** What may be there at once or take its time: a promise costs more than most answers, so that none is made without need. */

/**
 * Whether something is still to come.
 *
 * @example
 * assert.deepEqual([isPromise(Promise.resolve(1)), isPromise({ value: 1 }), isPromise(null)], [true, false, false])
 */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/**
 * Go on with a value: now if it is there, else when it is.
 *
 * @throws What `next` throws, if the value is there.
 * @example
 * assert.equal(andThen(1, (one) => one + 1), 2)
 * assert.equal(await andThen(Promise.resolve(1), (one) => one + 1), 2)
 */
export function andThen<A, B>(given: A | PromiseLike<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return isPromise(given) ? Promise.resolve(given).then(next) : next(given)
}
