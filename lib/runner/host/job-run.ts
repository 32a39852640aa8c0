/**
 * One attempt of a job as its runner sees it: it is started, told what happens around it, stopped, and it ends. What it
 * asks for, the runner gives as services; nothing else of the node reaches it.
 */
import type { Json, JsonObject } from '../../kv/index.js'
import type { Clock, Logger } from '../../movement/index.js'
import type { HostedCode } from '../code/hosted-code.js'
import type { JobLimits } from '../job/job-entry.js'
import type { Exit } from '../job/job-state.js'
import type { Path } from '../path.js'

/** Which attempt it is: the code sees it, and logs name it. */
export interface JobIdentity {
  /** The job, as people write it. */
  readonly job: string
  readonly node: string
  /** Which attempt of the job, from 1. */
  readonly attempt: number
  /** The claim's revision: it grows with every claim, so that others can tell an old owner from a new one. */
  readonly fence: number
}

/** What is the same for stored code and for apps. */
export interface RunOptions {
  readonly identity: JobIdentity
  readonly limits?: JobLimits
  /** How long it may take; null: as long as it likes. */
  readonly deadlineMs?: number | null
  readonly services: JobServices
  /** The node's own log: what is wrong with the host, not what the job writes. */
  readonly log: Logger
  readonly clock: Clock
}

/** What an attempt of a job is that runs stored code. */
export interface StartJobOptions extends RunOptions {
  readonly code: HostedCode
  /** Its variables; they win over the code's own defaults. */
  readonly data: JsonObject
  /** What the code sees as `_cfg`. */
  readonly config?: JsonObject
  /** How well it is shut in; `plain`, if it isn't given. Confined, it has no network and sees no other process. */
  readonly tier?: 'plain' | 'confined'
  /**
   * Asked at the start for how long the claim is good, in ms: when that is over and was not confirmed, the kernel ends the
   * process, whatever the code and the node do by then. Not given: it is good for as long as it likes.
   */
  readonly leftMs?: () => number
}

/** Start one. Whatever goes wrong, also at the start, is in `ended`. */
export type StartJob = (options: StartJobOptions) => JobRun

/** An attempt that runs, or has ended. */
export interface JobRun {
  /** Null, if no process could be started. */
  readonly pid: number | null
  /** Settles once everything that it wrote has been read. Never rejects. */
  readonly ended: Promise<JobEnd>
  /** Let the code know what has become of its group, or is to become of it. */
  tell(message: RunnerMessage): void
  /** The claim was confirmed: it is good for so long. A job that isn't told so again in time ends by itself. */
  confirm(forMs: number): void
  /** Ask it to end: its signal is aborted, `_info` ends, and when its time of grace is over it is killed. */
  stop(reason: string): void
  /** End it at once. */
  kill(reason: string): void
}

/** What went wrong, as data. */
export interface JobError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  /** Whether the code has recorded it itself: then nobody needs to. */
  readonly isRecorded?: boolean
  /** False, if to try again is of no use. */
  readonly isRetryable?: boolean
}

/** How an attempt has ended. `exit.why` is always said, in words. */
export type JobEnd =
  | { readonly outcome: 'success'; readonly result: Json; readonly exit: Exit }
  | { readonly outcome: 'failed'; readonly error: JobError; readonly exit: Exit }
  | { readonly outcome: 'cancelled'; readonly reason: string; readonly exit: Exit }
  /** It ended itself, as it could not know any more whether the job is still its node's. */
  | { readonly outcome: 'lost'; readonly reason: string; readonly exit: Exit }

/** What the runner tells running code of its group or its node; the name is that of the class which the code gets. */
export interface RunnerMessage {
  readonly type: 'CompleteState' | 'PartialState' | 'DetachedState' | 'BrokenState' | 'DrainMsg'
  readonly msg?: Json
}

/** How much of a subtree is watched. */
export interface WatchRequest {
  /** Whether what is there already is told too. */
  readonly fetch: boolean
  /** From how far below the path on; 0: the entry itself too. */
  readonly minDepth: number
  /** How far below the path; -1: all the way. */
  readonly maxDepth: number
}

/**
 * What happens to what is watched: an entry has a value, or (without one) was deleted. `ready` comes once, when all that
 * was there has been told; also where `fetch` is false.
 */
export type WatchEvent =
  { readonly path: Path; readonly value?: Json; readonly revision: number } | { readonly ready: true }

/** A message on a topic. */
export interface TopicEvent {
  readonly path: Path
  /** Absent, if it was asked for raw or is no JSON. */
  readonly value?: Json
  /** The text as it was sent. */
  readonly raw: string
}

/** Something under way that can be ended. */
export interface Cancellable {
  cancel(): void
}

/** What code says of an error that it records: see the records of errors. */
export interface JobErrorRecord {
  /** What it is about; not given: the job. */
  readonly path?: Path
  readonly subsystem?: string
  readonly severity?: number
  readonly message?: string
  readonly data?: JsonObject
  readonly comment?: string
}

/** How bad a line of a job's log is. */
export type JobLogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/**
 * What a job may ask its runner for. Each may reject: the code sees that as an error, with its name, code and message.
 * Paths are those of the users' own tree. Everything that comes here was checked for its shape, and nothing else.
 */
export interface JobServices {
  get(path: Path): Promise<Json | undefined>
  set(path: Path, value: Json): Promise<void>
  delete(path: Path): Promise<void>
  watch(path: Path, request: WatchRequest, tell: (event: WatchEvent) => void): Promise<Cancellable>
  monitor(topic: Path, options: { readonly raw: boolean }, tell: (event: TopicEvent) => void): Promise<Cancellable>
  /** Put a message on a topic: a value, or a text as it is. */
  send(topic: Path, message: { readonly value: Json } | { readonly raw: string }): Promise<void>
  setupDone(): Promise<void>
  error(record: JobErrorRecord): Promise<void>
  /** Call a method of a daemon. */
  call(daemon: string, method: string, args: readonly Json[]): Promise<Json | undefined>
  /** One line of the job's log, in the order in which they came. Never throws. */
  log(level: JobLogLevel, text: string): void
}
