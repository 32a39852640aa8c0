/** What stored code is given when it runs as a job, so that stored TypeScript can say what it expects. */
import type { JsonObject } from '../../kv/index.js'
import type { CallAdmin } from '../host/child/call-admin.js'
import type { JobLogger } from '../host/child/job-logger.js'
import type { ActorState, CLASSES } from '../host/child/messages.js'
import type { Path } from '../path.js'

/**
 * The names that code finds, besides its inputs. A body of TypeScript that is checked by an editor declares those that it
 * uses; the declarations vanish when it is stored: `declare const _self: import('deadbeat/runner').CodeContext['_self']`.
 */
export interface CodeContext {
  /** The controller: what code asks of its node. */
  readonly _self: CallAdmin
  /** What happens, in order; null: it was not read, and ends. Null itself where code isn't asynchronous. */
  readonly _info: AsyncIterableIterator<ActorState | null>
  /** The classes of what comes in `_info`. */
  readonly _cls: typeof CLASSES
  /** The log of this attempt. */
  readonly _log: JobLogger
  /** The configuration that the node gives. */
  readonly _cfg: JsonObject
  /** The database, as far as the job may use it. */
  readonly _client: Pick<CallAdmin, 'get' | 'set' | 'delete' | 'send'>
  /** The elements of a dotted path. */
  readonly _P: (text: string) => Path
  /** Elements as a path. */
  readonly _Path: (...elements: (string | number)[]) => Path
  /** A number, rounded to so many digits that count; 6. */
  readonly _digits: (value: number, digits?: number) => number
  /** What a required module exports. */
  readonly _require: (path: string) => Readonly<Record<string, unknown>>
  /** Aborted when the job is to end. */
  readonly signal: AbortSignal
  /** Grows with every attempt: whoever can compare it refuses what an attempt that is over still writes. */
  readonly _fence: number
  /** Which attempt this is. */
  readonly _attempt: number
}
