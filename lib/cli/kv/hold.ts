/** Running a command as long as something is held: what `lock` and `elect` have in common. */
import { constants } from 'node:os'
import { toError } from '../../errors/index.js'
import { lineOf, type LineOptions } from '../../kv/lease/line.js'
import type { Holding } from '../../kv/lease/holding.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { runChild } from './run-child.js'
import type { Session } from './session.js'

/** How it is held. */
export interface HoldFlags {
  /** In ms, as all times here. */
  readonly ttl: number
  readonly killAfter: number
  /** How long to wait for it. */
  readonly timeout?: number
}

/** The same for people. */
export const HOLD_HELP = `
The command has DEADBEAT_FENCING_TOKEN in its environment: a number greater than that of everybody who held it before. What
it writes elsewhere should carry it, so that somebody who stood still can be told from who holds it now. Signals are passed
on. If it is lost (no answer from the store for --ttl, or its key was deleted), the command gets SIGTERM, and SIGKILL
--kill-after later, and the code is 75. Else the code is that of the command, 128 more than the signal that ended it, 127 if
it isn't there; 75, not held within --timeout.
`

/** A signal came while it was waited for. */
class Ended extends Error {
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

/**
 * Wait until it is held, run the command, give it back.
 *
 * @returns The exit code.
 */
export async function runHolding(
  session: Session,
  path: string,
  flags: HoldFlags,
  command: readonly string[],
  take: (whole: string, options: LineOptions) => Promise<Holding>,
): Promise<number> {
  const { around, engine } = session
  const whole = session.toWrite(path)
  const line = await engine.range([{ ...lineOf(whole), countOnly: true }])
  const ahead = line.results[0]?.count ?? 0
  if (ahead > 0 && !session.isQuiet) session.note(`${path} is held; before this one: ${ahead}`)
  const giveUp = new AbortController()
  let passOn: ((signal: NodeJS.Signals) => void) | null = null
  const deafen = around.onSignal((signal) => {
    if (passOn === null) giveUp.abort(new Ended(signal))
    // At a terminal the command hears Ctrl-C by itself.
    else if (signal !== 'SIGINT' || !around.isTerminal.in) passOn(signal)
  })
  const { timeout } = flags
  const late = new KvCommandError(`${path} was not free within ${timeout} ms`, KV_EXIT.tryAgain)
  const timer = timeout === undefined ? undefined : setTimeout(() => giveUp.abort(late), timeout)
  try {
    const held = await take(whole, { ttlMs: flags.ttl, signal: giveUp.signal })
    clearTimeout(timer)
    // No signal comes in between: the command is started before anything else has a turn.
    return await runHeld(session, path, held, flags, command, (send) => (passOn = send))
  } catch (error) {
    if (error instanceof Ended) return 128 + constants.signals[error.signal]
    throw error
  } finally {
    clearTimeout(timer)
    deafen()
  }
}

async function runHeld(
  session: Session,
  path: string,
  held: Holding,
  { killAfter }: HoldFlags,
  command: readonly string[],
  runs: (send: (signal: NodeJS.Signals) => void) => void,
): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const env = { ...session.around.env, DEADBEAT_FENCING_TOKEN: String(held.fencingToken) }
  try {
    const { code } = await runChild(command, {
      env,
      started: (send) => {
        runs(send)
        void held.lost.then((error) => {
          session.note(`${error.message}: the command is ended`)
          send('SIGTERM')
          timer = setTimeout(() => send('SIGKILL'), killAfter)
        })
      },
    })
    return held.isHeld ? code : KV_EXIT.tryAgain
  } finally {
    clearTimeout(timer)
    if (held.isHeld) await giveBack(session, path, held)
  }
}

/** What the command did is done, whether the store hears of it or not. */
async function giveBack(session: Session, path: string, held: Holding): Promise<void> {
  try {
    await held[Symbol.asyncDispose]()
  } catch (error) {
    session.note(`${path} could not be given back, and is free when its time is over: ${toError(error).message}`)
  }
}
