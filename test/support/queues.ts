/** Queues on disk for tests: on a manual clock, in a directory of their own, with all that came out. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiskQueue, type QueueOptions, type QueueRange } from '../../lib/files/disk-queue.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

/** What a test knows of a queue. */
export interface QueueRig {
  readonly queue: DiskQueue
  readonly directory: string
  readonly clock: ManualClock
  readonly esc: Escapement
  /** What came out, and what of it is not settled. */
  readonly taken: string[]
  readonly ranges: QueueRange[]
  /** Each line of the log: its level and its message. */
  readonly logged: string[]
  readonly failures: Error[]
  /** How often it told that `flushed` has moved on, or that there is room. */
  readonly told: () => number
  readonly files: () => string[]
  /** Settle all that came out, and let the cursor be stored. */
  settle(): void
  until(isTrue: () => boolean): Promise<void>
  /** End without an end, as a kill does: nothing more is stored. */
  kill(): Promise<void>
  end(): Promise<void>
}

const rigs: (() => void)[] = []

/** Remove all that was made. */
export function removeQueues(): void {
  for (const remove of rigs.splice(0)) remove()
}

/** A directory that is removed with the queues. */
export function queueDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'queue-'))
  rigs.push(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A queue that is not open yet. */
export function makeQueue(options: Partial<QueueOptions> = {}): QueueRig {
  const directory = options.directory ?? queueDirectory()
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const taken: string[] = []
  const ranges: QueueRange[] = []
  const logged: string[] = []
  const failures: Error[] = []
  let told = 0
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const queue = new DiskQueue(
    esc,
    { info: at('info'), warn: at('warn'), error: at('error') },
    {
      ...{ maxBytes: 1 << 20, segmentBytes: 1 << 17, whenFull: 'pause', sync: 'none', syncMs: 1000, cursorMs: 100 },
      ...{ bufferMax: 1 << 20, retryMs: 1000, retriesMax: 3 },
      ...options,
      directory,
    },
    {
      flushed: () => (told += 1),
      chunk: (texts, range) => {
        taken.push(...texts)
        ranges.push(range)
      },
      mayGo: (then) => then(true),
      failed: (error) => failures.push(error),
    },
  )
  rigs.unshift(() => {
    queue.close()
    esc.close()
  })
  return {
    ...{ queue, directory, clock, esc, taken, ranges, logged, failures },
    told: () => told,
    files: () => readdirSync(directory).sort(),
    settle() {
      for (const range of ranges.splice(0)) queue.settle(range)
      clock.advance(options.cursorMs ?? 100)
    },
    async until(isTrue) {
      while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
    },
    async kill() {
      await queue.rest()
      Object.assign(queue, { isOpen: false })
      queue.close()
    },
    async end() {
      await queue.drained()
      await queue.rest()
      queue.close()
    },
  }
}

/** A queue that is open and gives. */
export function openRig(options: Partial<QueueOptions> = {}): QueueRig {
  const rig = makeQueue(options)
  rig.queue.open()
  rig.queue.resume()
  return rig
}
