/** What saved values are kept in: one text a key, for one daemon. */

/** Whose values they are. No two daemons that live have the same store and alias. */
export interface Place {
  readonly store: string
  readonly alias: string
  /** The daemon's own, kept across restarts. */
  readonly uuid: string
}

/** A place to keep them in. Its methods are called one after the other. */
export interface Persistence {
  /** Where that is, for messages. */
  readonly name: string

  /**
   * All that is kept: the text of each key. From here on the place is this daemon's, until `close`.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another daemon has it; `ERR_PERSIST` if it can't be read.
   */
  load(): Promise<ReadonlyMap<string, string>>

  /**
   * Keep these, beside what else is kept: all of them or, if it fails, none. When it resolves they survive the process.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another daemon has taken the place meanwhile.
   */
  save(changes: ReadonlyMap<string, string>): Promise<void>

  /** Take the text of one key out of what is loaded, but keep it. Answers where, for people. */
  putAside(key: string, why: string): Promise<string>

  /** Let another daemon have the place. It never fails. */
  close(): Promise<void>
}
