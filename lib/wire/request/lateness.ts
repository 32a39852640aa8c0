/**
 * How late requests come, by what they say of when they were sent.
 *
 * The clocks of the two sides may differ by anything. But what has come soonest of late shows by how much they do, at most: whatever
 * takes longer than that was on its way, or unread, for the difference.
 */

/** Clocks drift, and are put right: what has come soonest counts less and less, by so many ms each ms. */
const FADE = 0.01

/** Of a longer pause only so much counts: a connection that was idle for an hour knows as well what is late. */
const PAUSE_MAX_MS = 1_000

/**
 * The lateness of the requests of one connection.
 *
 * @example
 * const lateness = new Lateness()
 * assert.equal(lateness.of(-5000, 0), 0) // Its clock is 5 s ahead, or more.
 * assert.equal(lateness.of(-4000, 3_600_000), 990)
 */
export class Lateness {
  private soonestMs = 0
  private atMs = -Infinity

  /**
   * How late one comes, in ms.
   *
   * @param tookMs From when it says that it was sent, by one clock, until now, by the other.
   * @param nowMs The time of a clock that nobody puts right.
   */
  of(tookMs: number, nowMs: number): number {
    const faded = this.atMs === -Infinity ? 0 : this.soonestMs + Math.min(nowMs - this.atMs, PAUSE_MAX_MS) * FADE
    this.soonestMs = this.atMs === -Infinity ? tookMs : Math.min(tookMs, faded)
    this.atMs = nowMs
    return Math.max(0, tookMs - faded)
  }
}
