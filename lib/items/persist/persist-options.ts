/** How an item is persistent, as its author or an item file says it. */

/** Not simply so, but in a way of its own. */
export interface PersistOptions {
  /**
   * How its value comes back. `silently`, which is usual: value and time, as they were, without its `reqSet`. `set`: by
   * its `reqSet`, as if somebody had set it just now.
   */
  readonly restore?: 'silently' | 'set'
  /** Whether who sets it is answered only when the value is saved. */
  readonly durable?: boolean
}

const RULES: Readonly<Record<keyof PersistOptions, (value: unknown) => boolean>> = {
  restore: (value) => value === 'silently' || value === 'set',
  durable: (value) => typeof value === 'boolean',
}

/**
 * Whether something says how an item is persistent: true, false, or an object of `restore` and `durable`.
 *
 * @example
 * assert.deepEqual([true, { durable: true }, { restore: 'loudly' }, 'true'].map(isPersist), [true, true, false, false])
 */
export function isPersist(value: unknown): value is boolean | PersistOptions {
  if (typeof value === 'boolean') return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([name, one]) => Object.hasOwn(RULES, name) && RULES[name as keyof PersistOptions](one),
  )
}
