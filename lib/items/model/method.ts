/** Something that can be asked of a daemon, besides its items. */
import type { Principal } from '../../rights/index.js'

/** Who called, and whether the answer is still wanted. */
export interface CallContext {
  readonly signal: AbortSignal
  readonly principal: Principal
}

/** A method of a store. */
export interface Method {
  /** One sentence. */
  readonly doc: string
  /** The names of its arguments, in their order. */
  readonly params?: readonly string[]
  /** May answer a value, a promise, or an async iterable: a stream. */
  readonly call: (args: readonly unknown[], named: Readonly<Record<string, unknown>>, context: CallContext) => unknown
}
