/** Which engine a train gets: compiled text (`chain.ts`), or closures where code may not be generated. */
import { codegen } from '../cog/codegen.js'
import type { Sink } from '../cog/drain.js'
import type { Journey } from '../life/journey.js'
import { compileChain } from './chain.js'
import { linkClosures } from './chain-closures.js'
import type { Engine } from './engine.js'
import type { Plan } from './plan.js'

/** Build a train's engine: compiled, unless code may not be generated here or `isCompiled` is false. */
export function buildEngine(plan: Plan, journey: Journey, isCompiled = true): Engine {
  const ways = codegen && isCompiled ? compileChain(plan, journey) : linkClosures(plan, journey)
  const engine = { ...ways, drainsBehind: drainsBehind(plan) }
  journey.behind = engine.behind
  journey.settlement.drainsBehind = engine.drainsBehind
  return engine
}

/** By the number of each place, the drain that stands directly behind it. */
function drainsBehind({ places, stretches }: Plan): (Sink<never> | undefined)[] {
  const drains = places.map((): Sink<never> | undefined => undefined)
  for (const { cogs, end } of stretches) {
    const last = cogs.at(-1)
    if (last !== undefined && end.kind === 'drain') drains[last.index] = end.place.occupant as unknown as Sink<never>
  }
  return drains
}
