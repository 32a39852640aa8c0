/** One example: an app's train between files, on a clock of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toError } from '../../errors/index.js'
import { logger } from '../../log/log.js'
import { turnOfNode } from '../../movement/loop/clock.js'
import { Escapement } from '../../movement/index.js'
import { CheckClock } from '../../testing/check/clock.js'
import type { App, AppSettings, Host } from '../app.js'
import type { Insert } from '../../settings/index.js'
import type { Example } from './example-files.js'
import { ExampleTrain } from './example-train.js'

/** The clock of all examples begins here, so that what says the time says always the same. */
const BEGIN_MS = Date.UTC(2026, 0, 1)

/** What came of an example. */
export interface ExampleResult {
  readonly outputs: ReadonlyMap<string, readonly string[]>
  /** What the train failed with; null: it came to its end. */
  readonly error: Error | null
}

/** How an example is run. */
export interface RunExampleOptions {
  readonly settings: AppSettings<Insert>
  readonly configFile: string | null
  /**
   * How long real time must pass without an end before the clock jumps to what is due next, in ms: what isn't on the
   * clock, such as a question to a server, needs it.
   */
  readonly patienceMs: number
  /** When it is given up, in ms of real time. */
  readonly timeoutMs: number
}

/**
 * Build the app's train, let the inputs through it, and answer what came.
 *
 * @throws What the app's `build` throws, and ReplayError if an input has no supply.
 */
export async function runExample(app: App, example: Example, options: RunExampleOptions): Promise<ExampleResult> {
  const { settings, configFile, patienceMs, timeoutMs } = options
  const state = mkdtempSync(join(tmpdir(), `deadbeat-${app.name}-`))
  const clock = new CheckClock({ nowMs: BEGIN_MS })
  const esc = new Escapement({ clock })
  const host: Host = { name: app.name, log: logger, configFile, sockets: [], stateDirectory: () => state }
  try {
    const train = new ExampleTrain(esc, { ...settings.train, name: app.name, log: logger, idPrefix: 'e' })
    await app.build(train, settings as never, host)
    for (const input of example.inputs) train.read(input)
    let error: Error | null = null
    let isOver = false
    const running = train.run({ signals: false }).catch((thrown: unknown) => {
      error = toError(thrown)
    })
    void running.then(() => (isOver = true))
    const hasEnded = (): boolean => isOver
    await passTime(clock, hasEnded, patienceMs, timeoutMs)
    if (!hasEnded()) {
      error = new Error(`it had not come to its end after ${timeoutMs} ms: is something held that nothing gives back?`)
      void train.stop()
    }
    return { outputs: train.outputs(), error }
  } finally {
    esc.close()
    rmSync(state, { recursive: true, force: true })
  }
}

/** Let real time pass, and the clock jump where that brings nothing. */
async function passTime(
  clock: CheckClock,
  hasEnded: () => boolean,
  patienceMs: number,
  timeoutMs: number,
): Promise<void> {
  const start = performance.now()
  let since = start
  while (!hasEnded() && performance.now() < start + timeoutMs) {
    await turnOfNode()
    if (performance.now() < since + patienceMs) continue
    if (clock.dueMs < Infinity) clock.advance(Math.max(0, clock.dueMs - clock.now()))
    since = performance.now()
  }
}
