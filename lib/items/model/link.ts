/** Link: how a store that follows a daemon's reaches it. */
import type { AskOptions } from './item-request.js'
import type { Reading } from './reading.js'

/** Whether the daemon is reached: not yet, now, no more but tried, or given up. */
export type LinkState = 'connecting' | 'connected' | 'lost' | 'closed'

/** How a daemon is asked so that nothing is lost, and nothing done twice, where the connection breaks. */
export interface OnceOptions extends AskOptions {
  /** A name of this one question, by chance: it is sent again where the connection broke, and the daemon carries it out once. */
  readonly key?: string | undefined
}

/** How a method is called. */
export interface CallOptions extends OnceOptions {
  /** Whether it resolves once the call is sent, and what comes of it is told to nobody. */
  readonly noReply?: boolean | undefined
}

/** The way to a daemon. Its errors keep the type that the daemon gave them. */
export interface Link {
  /** What the daemon has for a key; with `refresh` it looks anew. */
  get(key: string, options: OnceOptions & { readonly refresh?: boolean }): Promise<Reading>
  /** Set it. Answers the value that the daemon accepted; with `wait: false` the one that was sent, at once. */
  set(key: string, value: unknown, options: OnceOptions & { readonly wait?: boolean }): Promise<unknown>
  /** Call a method. */
  call(method: string, args: readonly unknown[], named: Record<string, unknown>, options: CallOptions): Promise<unknown>
  /** Call a method that answers with a stream. */
  stream(
    method: string,
    args: readonly unknown[],
    named: Record<string, unknown>,
    options: CallOptions,
  ): AsyncIterable<unknown>
  /**
   * Hear of a key: first what it has now, then each publication, and again what it has now after a gap. `missed` says how
   * many publications are known to be lost before this one. Answers how to stop.
   */
  subscribe(key: string, listener: (reading: Reading, missed: number) => void): () => void
  readonly state: LinkState
  /** Hear of each new state. Answers how to stop. */
  onState(listener: (state: LinkState) => void): () => void
}
