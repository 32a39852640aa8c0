/** Makes of a train's lines what runs: its plan, its journey and its engine. It opens nothing. */
import { toError } from '../../errors/index.js'
import { buildEngine } from '../chain/build-engine.js'
import type { CutEnds } from '../chain/cut-stage.js'
import type { Engine } from '../chain/engine.js'
import type { Line } from '../chain/line.js'
import { Outlet } from '../chain/outlet.js'
import { lastPlaces, lifecycleOf, placeOf, type Place } from '../chain/place.js'
import { layOut, type Plan } from '../chain/plan.js'
import { sever } from '../chain/sever.js'
import type { Lifecycle } from '../cog/cog.js'
import { TrainError } from '../errors.js'
import { InFlight } from '../life/in-flight.js'
import { Journey } from '../life/journey.js'
import { Ledger } from '../life/ledger.js'
import { Settlement } from '../life/settlement.js'
import type { Logger } from '../logger.js'
import type { EventLoop } from '../loop/event-loop.js'
import { failureHandler } from './failure.js'
import { listenersAmong } from './listeners.js'
import { Observer } from './observer.js'
import { policyOf, type FailurePolicy } from './policy.js'
import { policiesOf, Retries } from './retries.js'
import type { TrainSettings } from './train-config.js'

/** What a train is made of. */
export interface Parts {
  readonly lines: readonly Line[]
  readonly dead: Line | null
  /** Who listens to the open ends of lines. */
  readonly outputs: ReadonlySet<(data: unknown) => void>
  readonly isCompiled: boolean
  /** Where it is cut, if it is. */
  readonly cuts: CutEnds | null
  readonly esc: EventLoop
  readonly log: Logger
  readonly settings: TrainSettings
  /** Policies of stages that have their own. */
  readonly policies: ReadonlyMap<object, FailurePolicy>
  /** An event's id, by its number. */
  readonly idText: (number: number) => string
  /** Stop the train with an error. */
  readonly abort: (error: Error) => void
}

/** What runs. */
export interface Assembled {
  readonly plan: Plan
  readonly journey: Journey
  readonly engine: Engine
  readonly retries: Retries
  readonly observer: Observer
}

/** @throws {TrainError} If the lines make no train. */
export function assemble(parts: Parts): Assembled {
  const { dead, outputs, isCompiled, esc, log, settings, idText, abort } = parts
  const { lines, gone } = parts.cuts === null ? { ...parts, gone: new Set() } : sever(parts.lines, parts.cuts)
  for (const line of lines) if (line.isOpen) line.places.push(placeOf(new Outlet(outputs)))
  // Dead letters are no output: where nothing ends their line, the first of them stops the train.
  if (dead?.isOpen === true) dead.places.push(placeOf(new Outlet(new Set())))
  const plan = layOut(lines, dead)
  if (plan.supplies.length === 0) throw new TrainError('a train needs a supply: no line begins with one')
  const inFlight = new InFlight(settings, plan.supplies, plan.drains)
  const journey = new Journey(new Ledger(plan.places.length), new Settlement(plan.drains), inFlight, idText)
  journey.names = plan.places.map(({ name }) => name)
  journey.settlement.listeners = listenersAmong(occupantsOf(plan.places), idText, abort)
  journey.settlement.onError = inFlight.onError = (error) => abort(toError(error))
  const engine = buildEngine(plan, journey, isCompiled)
  const own = new Map([...parts.policies].filter(([stage]) => !gone.has(stage)))
  const policies = policiesOf(plan, engine, own, policyOf({}, settings))
  const retries = new Retries({ plan, journey, engine, esc, log, policies })
  if (policies.some(({ onError }) => onError === 'retry')) journey.retries = retries
  journey.onFailure = failureHandler({ esc, log, policies, plan, journey, engine, abort })
  plan.supplies.forEach((supply, i) => Object.assign(supply, engine.supplies[i]))
  return { plan, journey, engine, retries, observer: new Observer({ plan, journey, engine, esc }) }
}

/** Everybody who stands in a train, once each, in its order. */
export function occupantsOf(places: readonly Place[]): Lifecycle[] {
  return lastPlaces(places).map(({ occupant }) => lifecycleOf(occupant))
}
