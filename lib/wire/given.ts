/** Options and what holds where nothing is said. */

/** Options, of which those with a default are never undefined. */
export type Complete<O, D> = O & { readonly [K in keyof D]: D[K] }

/**
 * Options with their defaults. One that is undefined is as good as not given.
 *
 * @example
 * assert.deepEqual(complete({ ackMs: 500, replyMs: 1 }, { ackMs: undefined, replyMs: 2 }), { ackMs: 500, replyMs: 2 })
 */
export function complete<O extends object, D extends object>(defaults: D, options: O): Complete<O, D> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) } as Complete<O, D>
}
