/** What a train does with a datum that failed: divert it, drop it, or stop. */
import { toError } from '../../errors/index.js'
import type { Engine } from '../chain/engine.js'
import type { DeadLetter, Provenance } from '../life/dead-letter.js'
import type { CogError } from '../errors.js'
import type { EventLoop } from '../loop/event-loop.js'
import type { FailureHandler } from '../life/failing.js'
import type { Journey } from '../life/journey.js'
import type { Logger } from '../logger.js'
import type { Plan } from '../chain/plan.js'
import type { Ticket } from '../life/ticket.js'
import type { FailurePolicy } from './policy.js'

/** What is needed to deal with failures. */
export interface FailureContext {
  readonly esc: EventLoop
  readonly log: Logger
  readonly plan: Plan
  readonly journey: Journey
  readonly engine: Engine
  /** By place. */
  readonly policies: readonly FailurePolicy[]
  /** Stop the train with this error. */
  readonly abort: (error: Error) => void
}

/** What is done by each place's policy. A failure among the dead letters always stops the train: there is nowhere left to put it. */
export function failureHandler({ esc, log, plan, journey, engine, policies, abort }: FailureContext): FailureHandler {
  const stop = (error: CogError): void => {
    journey.halt()
    log.fatal({ id: error.id, cog: error.cog, err: error.cause }, `stopping: ${error.message}`)
    abort(error)
  }
  // A line for the operator; the stack is for who looks for a fault in the cog.
  const tell = ({ id, cog, cause }: CogError, what: string): void => {
    log.error({ id, cog, reason: toError(cause).message }, what)
    log.debug({ id, cog, err: cause }, 'what it threw')
  }
  return (error, ticket, k, data) => {
    const { cog, id } = error
    const { dead } = engine // It changes while somebody looks on.
    const policy = policies[journey.at]?.onError
    if (policy === 'stop' || journey.at >= plan.firstDeadPlace) {
      stop(error)
    } else if (policy === 'drop') {
      tell(error, 'dropped a datum')
    } else if (dead === null) {
      stop(error)
    } else {
      tell(error, 'diverted a datum')
      const original = derived(null, () => ticket.owner?.original?.(ticket, k), id, log)
      const from = provenanceOf(plan, ticket, k, id, log)
      const letter: DeadLetter = { timeMs: esc.wall(), id, cog, error, original, from, data }
      journey.depth++
      dead(letter)
      journey.depth--
    }
  }
}

/** Where the input came from; nothing of what was merged. */
function provenanceOf({ places }: Plan, ticket: Ticket, k: number, id: string, log: Logger): Provenance {
  const { owner } = ticket
  if (owner === null) return {}
  const supply = places.find(({ occupant }) => occupant === owner)?.name
  return { ...(supply !== undefined && { supply }), ...derived({}, () => owner.provenance?.(ticket, k), id, log) }
}

/** What a supply tells of an input. That it can't be read is no second failure: the letter goes without. */
function derived<Told>(none: Told, ask: () => Told | undefined, id: string, log: Logger): Told {
  try {
    return ask() ?? none
  } catch (error) {
    log.error({ id, err: error }, 'could not read the original of what failed')
    return none
  }
}

/**
 * Report what stopped a train, if anything did.
 *
 * @throws The one failure, or an AggregateError of several.
 */
export function throwFailures(failures: readonly Error[]): void {
  const [failure] = failures
  if (failures.length > 1) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
  if (failure !== undefined) throw failure
}
