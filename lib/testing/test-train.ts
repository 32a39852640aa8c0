/** A train on a clock of its own, with a log that can be read: for the tests of cogs. */
import { Escapement } from '../movement/loop/escapement.js'
import { ManualClock, turnOfNode } from '../movement/loop/clock.js'
import type { Logger } from '../movement/logger.js'
import { Supply } from '../movement/cog/supply.js'
import type { Ticket } from '../movement/life/ticket.js'
import { Train } from '../movement/train/train.js'
import type { TrainOptions } from '../movement/train/train-options.js'
import type { DeadLetter } from '../movement/life/dead-letter.js'

/** One line that was logged. */
export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What `testTrain` gives. */
export interface TestTrain {
  readonly train: Train
  readonly clock: ManualClock
  readonly esc: Escapement
  /** Every line logged so far, the oldest first. */
  readonly log: readonly LogLine[]
  /** Data that failed, if they are diverted. */
  readonly dead: readonly DeadLetter[]
  /** Run data through stages in a train of their own, to its orderly end; gives what came out behind the last stage. */
  readonly pass: (stages: readonly unknown[], data: readonly unknown[]) => Promise<unknown[]>
}

/** Supplies data that are given to it, one ticket for each list. Counts what is acknowledged. */
export class TestSupply<T> extends Supply<T> {
  acknowledged = 0

  start(): void {
    // It waits to be pushed.
  }

  finish(): void {
    // Nothing is bound.
  }

  /** Put data into the train as one chunk. */
  push(...data: readonly T[]): Ticket {
    const ticket = this.open(null, data.length)
    this.begin(ticket)
    for (const datum of data) this.put(datum)
    this.end(ticket)
    return ticket
  }

  /** Put the lines of a text into the train as one chunk. */
  pushText(text: string): Ticket {
    const ticket = this.open(null, 0, text.length)
    this.begin(ticket)
    this.lines(text)
    this.end(ticket)
    return ticket
  }

  /** The same as bytes, where the cog behind takes bytes; else as text. */
  pushRaw(bytes: Buffer): Ticket {
    const ticket = this.open(null, 0, bytes.length)
    this.begin(ticket)
    if (this.bytes?.(bytes) !== true) this.lines(bytes.toString())
    this.end(ticket)
    return ticket
  }

  /** There is nothing more to come. */
  close(): void {
    this.train.ended()
  }

  override acknowledge(ticket: Ticket): void {
    this.acknowledged += ticket.count
  }
}

/**
 * A train for a test, on a manual clock that starts at 2026-01-01T00:00:00Z. Data that fail are diverted to `dead`,
 * unless `onError` says otherwise.
 *
 * @example
 * const { pass } = testTrain()
 * assert.deepEqual(await pass([(n) => [n, n]], [1, 2]), [1, 1, 2, 2])
 */
export function testTrain(options: TrainOptions = {}): TestTrain {
  const clock = new ManualClock({ nowMs: Date.UTC(2026, 0, 1) })
  const esc = new Escapement({ clock })
  const log: LogLine[] = []
  const dead: DeadLetter[] = []
  const train = new Train(esc, { log: recorder(log), idPrefix: 't', ...options })
  train.deadLettersTo((letter: DeadLetter) => {
    dead.push(letter)
    return null
  })
  return { train, clock, esc, log, dead, pass: (stages, data) => passThrough(train, esc, stages, data) }
}

async function passThrough(
  train: Train,
  esc: Escapement,
  stages: readonly unknown[],
  data: readonly unknown[],
): Promise<unknown[]> {
  const outputs: unknown[] = []
  const supply = new TestSupply<unknown>(train, {})
  ;(train.line as (...stages: unknown[]) => unknown)(supply, ...stages)
  train.onOutput((output: unknown) => outputs.push(output))
  const running = train.run({ signals: false })
  await turnOfNode() // Everybody has started.
  supply.push(...data)
  supply.close()
  await running
  esc.close()
  return outputs
}

function recorder(lines: LogLine[], bindings: Readonly<Record<string, unknown>> = {}): Logger {
  const at =
    (level: string) =>
    (first: object | string, message?: string): void => {
      const fields = typeof first === 'string' ? bindings : { ...bindings, ...first }
      lines.push({ level, message: typeof first === 'string' ? first : (message ?? ''), fields })
    }
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (more) => recorder(lines, { ...bindings, ...more }),
  }
}
