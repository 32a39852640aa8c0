/** Which engine a train gets: compiled text (`chain.ts`), or closures where code may not be generated. */
import { codegen } from '../cog/codegen.js'
import type { Journey } from '../life/journey.js'
import { compileChain } from './chain.js'
import { linkClosures } from './chain-closures.js'
import type { Engine } from './engine.js'
import type { Plan } from './plan.js'

/** Build a train's engine: compiled, unless code may not be generated here or `isCompiled` is false. */
export function buildEngine(plan: Plan, journey: Journey, isCompiled = true): Engine {
  const engine = codegen && isCompiled ? compileChain(plan, journey) : linkClosures(plan, journey)
  journey.behind = engine.behind
  return engine
}
