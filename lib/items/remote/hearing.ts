/** How one listener hears of one key of a daemon: by what is published, and by asking. */
import type { Binding, EventLoop } from '../../movement/index.js'
import type { Reading } from '../model/reading.js'
import type { Primer } from './primer.js'

/** Who hears, and how it is asked. */
export interface HearingOptions {
  readonly esc: EventLoop
  /** After how long a value is asked for once more. */
  readonly settleMs: number
  /** Where it waits for its turn to ask. */
  readonly primer: Primer
  readonly listener: (reading: Reading, missed: number) => void
  /** Asks the daemon. */
  readonly read: () => Promise<Reading>
  /** The daemon could not be asked. */
  readonly failed: (error: unknown) => void
}

/** What was published since a value was asked for counts more than the answer. */
export class Hearing {
  /** Whether its value was asked for since the daemon is there. */
  isPrimed = false
  readonly #options: HearingOptions
  #heardCount = 0
  /** How many publications never came since what was told last. */
  #owed = 0
  #isOn = true
  #timer: Binding | null = null

  constructor(options: HearingOptions) {
    this.#options = options
  }

  /** Something was published. After a gap the last value of all may be among what was lost. */
  hear(reading: Reading, missed: number): void {
    if (!this.#isOn) return
    this.#heardCount += 1
    this.#tell(reading, missed + this.#owed)
    if (missed > 0) this.settle()
  }

  /** The last value that was published never came, nor others before it: so many in all, if that is known. */
  miss(count: number): void {
    this.#owed += count
    this.#options.primer.add(this.#ask)
  }

  /** Ask for the value, now and a moment later. */
  prime(): void {
    this.isPrimed = true
    this.#options.primer.add(this.#ask)
    this.settle()
  }

  /** Ask for the value a moment later: it may have been published when nobody heard it here. */
  settle(): void {
    const { esc, settleMs, primer } = this.#options
    if (!this.#isOn) return
    if (this.#timer !== null) esc.cancel(this.#timer)
    this.#timer = esc.after(settleMs, () => {
      this.#timer = null
      primer.add(this.#ask)
    })
  }

  close(): void {
    this.#isOn = false
    this.#options.primer.remove(this.#ask)
    if (this.#timer !== null) this.#options.esc.cancel(this.#timer)
  }

  #tell(reading: Reading, missed: number): void {
    this.#owed = 0
    this.#options.listener(reading, missed)
  }

  readonly #ask = async (): Promise<void> => {
    const heard = this.#heardCount
    try {
      const reading = await this.#options.read()
      if (this.#isOn && heard === this.#heardCount) this.#tell(reading, this.#owed)
    } catch (error) {
      if (this.#isOn) this.#options.failed(error)
    }
  }
}
