/** How much may wait in memory, of one stream and of all together. */

/** So many bytes, and what of them is in use. */
export class Budget {
  readonly bytesMax: number
  /** What this one's bytes count for as well. */
  private readonly whole: Budget | null
  private used = 0

  constructor(bytesMax: number, whole: Budget | null = null) {
    this.bytesMax = bytesMax
    this.whole = whole
  }

  /** Take some, even if there is not so much left. */
  take(bytes: number): void {
    this.used += bytes
    this.whole?.take(bytes)
  }

  /** Give some back. */
  give(bytes: number): void {
    this.take(-bytes)
  }

  /** Whether no more may be taken. */
  get isSpent(): boolean {
    return this.used >= this.bytesMax || this.whole?.isSpent === true
  }
}
