/** What an item had, and when. */

/** A value and its time: UNIX seconds, when it was taken or last changed. Null: there is none. */
export interface Reading<T = unknown> {
  readonly value: T | null
  readonly time: number
  /** Of a daemon's: whether it says itself that this may be out of date. */
  readonly isStale?: boolean
}
