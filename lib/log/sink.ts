/** Where a log goes: one destination of it, and what it tells. */

/** One destination. */
export interface Sink {
  /** Write a line of JSON with its end, in the destination's own form. It never throws. */
  write(json: string): void
  /** Open anew by name or address what may have moved meanwhile. */
  reopen(): void
  /** Write what waits, for so long at most, and let go. What is lost by then is told. */
  close(waitMs: number): Promise<void>
  /** The process ends now: write what waits without any event loop. Answers the lines that could not be written. */
  last(): string[]
}

/** What a destination tells of itself. */
export interface SinkEvents {
  /** It fails; told once a minute. */
  failing(reason: string): void
  /** It writes again, and so many lines were lost. */
  lost(lines: number): void
}
