/** Where one record lies, whatever kind of store that is in: as text, so that it can be moved from one to another. */
export interface Shelf {
  /** What it is called in messages. */
  readonly name: string
  /**
   * The record, as JSON text; null if there is none. From here on no other run may have it, until `release`.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; `ERR_CHECKPOINT` if it is damaged or of a newer version.
   */
  read(): Promise<string | null>
  /**
   * Put a record there, in place of the one before, as a whole. Resolves once it would be there after a kill.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has taken it.
   */
  store(json: string): Promise<void>
  /** Remove the record. */
  clear(): Promise<void>
  /** Let another run have it. It never fails. */
  release(): Promise<void>
}
