/** What the two engines build: compiled text (`chain.ts`), or closures where code may not be generated. */
import { compileChain } from './chain.js'
import { linkClosures } from './chain-closures.js'
import { codegen } from './codegen.js'
import type { Journey } from './journey.js'
import type { Plan } from './plan.js'

/** One train's ways in. No function of it throws. */
export interface Engine {
  /** Into the line behind a place, by its number; only behind places that may hold. */
  readonly behind: ((data: unknown) => void)[]
  /** For each supply, in the order of the plan: one datum, and each line of a text. */
  readonly supplies: readonly { readonly put: (data: unknown) => void; readonly lines: (text: string) => void }[]
  /** Into the line of dead letters. */
  readonly dead: ((letter: unknown) => void) | null
}

/** A cog's batch form: a text of lines, without an end of line behind the last, at once; null if it has to go line by line. */
export interface BatchForm {
  readonly batch?: ((text: string) => readonly unknown[] | null) | null
}

/** Build a train's engine: compiled, unless code may not be generated here or `isCompiled` is false. */
export function buildEngine(plan: Plan, journey: Journey, isCompiled = true): Engine {
  const engine = codegen && isCompiled ? compileChain(plan, journey) : linkClosures(plan, journey)
  journey.behind = engine.behind
  return engine
}
