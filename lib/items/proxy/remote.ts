/** What a class is like for whoever holds a proxy of it: the types. */
import type { Bulk, TypedArray } from '../../wire/index.js'
import type { ItemDaemon } from '../daemon/item-daemon.js'
import type { LinkState } from '../model/link.js'
import type { Schema } from './schema.js'

/** What no proxy has: what begins with `_`, what means something else of a promise, and how a daemon is built. */
type Hidden = `_${string}` | 'then' | 'catch' | 'finally' | keyof ItemDaemon

/**
 * A proxy of a daemon. Its methods answer promises, or streams; its attributes are promises too, and may be assigned: what
 * goes wrong then is told by the next question that is awaited, and by the event `error`. What begins with `$` is the
 * proxy's own.
 */
export type Remote<T extends object> = RemoteMembers<T> &
  Steering<T> & { /** Ends the daemon in order. */ stop(): Promise<void> }

/** What is reached by a proxy, or by a part of what it stands for. */
export type RemoteMembers<T> = { [K in keyof T as Exclude<K, Hidden>]: RemoteMember<T[K]> }

type RemoteMember<M> = M extends (...args: infer A) => infer R
  ? (...args: A) => RemoteResult<Awaited<R>>
  : M extends Whole
    ? Promise<Travelled<M>> | M
    : Promise<Travelled<M>> & RemoteMembers<M> & Steering<M & object>

/** Values that have no members of their own to ask for. */
type Whole = string | number | boolean | bigint | null | undefined | Date | readonly unknown[] | TypedArray | Bulk

type RemoteResult<R> =
  R extends AsyncIterable<infer V>
    ? AsyncIterable<Travelled<V>>
    : R extends Generator<infer V, unknown, unknown>
      ? AsyncIterable<Travelled<V>>
      : Promise<Travelled<R>>

/** A value as it arrives: dates are texts, and numbers in bulk a `Bulk`. */
export type Travelled<V> = V extends Date
  ? string
  : V extends TypedArray
    ? Bulk
    : V extends string | number | boolean | bigint | null | undefined | Bulk
      ? V
      : V extends readonly unknown[]
        ? { [K in keyof V]: Travelled<V[K]> }
        : V extends object
          ? { [K in keyof V as V[K] extends Callable ? never : K]: Travelled<V[K]> }
          : V

type Callable = (...args: never[]) => unknown

/** The value at a path, as `motor.speed`. */
export type ValueAt<T, P extends string> = P extends keyof T
  ? T[P]
  : P extends `${infer Head}.${infer Rest}`
    ? Head extends keyof T
      ? ValueAt<NonNullable<T[Head]>, Rest>
      : unknown
    : unknown

/** How a proxy asks. */
export interface Manner {
  /** How long an answer may take, in ms; Infinity: for ever. */
  readonly timeoutMs: number
  /** Takes questions back when it aborts. */
  readonly signal: AbortSignal | null
  /** Whether nobody waits for what comes of a call or an assignment: it resolves once it is sent. */
  readonly noReply: boolean
}

/** What a proxy has of its own. Paths are relative to where they are asked for, as in `d.motor.$set('speed', 3)`. */
export interface Steering<T extends object> {
  /** `Proxy for NAME:HOST:PORT`. */
  toString(): string
  /** End the daemon in order, also where it has a method `stop` of its own; it has been told when this resolves. */
  $stop(): Promise<void>
  /** Let go of the daemon. What went wrong with assignments and was told to nobody is thrown here. */
  $close(): Promise<void>
  /** The same proxy, asking in another manner. */
  $with(manner: Partial<Manner>): Remote<T>
  /** The same proxy, with another limit for each answer. */
  $timeout(timeoutMs: number): Remote<T>
  /** The same proxy, but nobody waits for answers. */
  $noReply(): Remote<T>
  /** What an attribute is; with `refresh` the daemon looks anew. */
  $get<P extends string>(path: P, options?: { readonly refresh?: boolean }): Promise<Travelled<ValueAt<T, P>>>
  /** Set an attribute. Resolves to the value that the daemon accepted. */
  $set<P extends string>(path: P, value: ValueAt<T, P>): Promise<Travelled<ValueAt<T, P>>>
  /** Call a method, with arguments by their places and by their names. */
  $call(path: string, args: readonly unknown[], named?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** The same for a method that answers a stream. */
  $stream(path: string, args: readonly unknown[], named?: Readonly<Record<string, unknown>>): AsyncIterable<unknown>
  /**
   * Hear of each new value of an attribute, after that which it has; `missed` of them were lost before this one, and `isStale`
   * says that the daemon can't find out any more what it is.
   */
  $watch<P extends string>(
    path: P,
    listener: (
      value: Travelled<ValueAt<T, P>> | null,
      timeMs: number,
      about: { readonly missed: number; readonly isStale: boolean },
    ) => void,
  ): () => void
  /** What the daemon says of itself, of a method or of an attribute; each with its path in lines of its own. */
  $doc(path?: string): Promise<string>
  /** Everything that the daemon shows. */
  $schema(): Promise<Schema>
  /** Whether the daemon is reached. */
  readonly $state: LinkState
  /** Hear of failed assignments, and of each new state. Answers how to stop. */
  $on<E extends keyof ProxyEvents>(event: E, listener: (...about: ProxyEvents[E]) => void): () => void
}

/** What a proxy tells of by itself. */
export interface ProxyEvents {
  /** An assignment failed. */
  readonly error: [error: Error, path: string]
  readonly state: [state: LinkState]
}
