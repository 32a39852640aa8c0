/** What the code of a job may ask for, on behalf of its attempt: within its rights, and written as its owner only. */
import type { Backend, Json, Transaction, WatchOptions, WatchEvent as KeyEvent } from '../../kv/index.js'
import { toError } from '../../errors/index.js'
import type { Logger } from '../../movement/index.js'
import type {
  Cancellable,
  JobErrorRecord,
  JobLogLevel,
  JobServices,
  TopicEvent,
  WatchEvent,
  WatchRequest,
} from '../host/job-run.js'
import { describeJob } from '../job/job-id.js'
import { RunnerError } from '../errors.js'
import { JOB_LIMITS } from '../host/limits.js'
import type { Keys } from '../keys.js'
import { PATH_ELEMENTS_MAX, pathOfSegments, type Path } from '../path.js'
import type { Severity } from '../records/error-record.js'
import type { ErrorRecords } from '../records/error-records.js'
import type { Attempt } from './attempt.js'
import { jobPath } from './error-reports.js'
import { JobRights, type JobRightsOptions } from './job-rights.js'
import { whileAway } from './patience.js'

/** What services stand on. */
export interface ServicesOptions extends Pick<JobRightsOptions, 'rights'> {
  readonly kv: Backend
  readonly keys: Keys
  readonly records: ErrorRecords
  readonly log: Logger
  /** Calls a method of a daemon. */
  readonly call: (daemon: string, method: string, args: readonly Json[]) => Promise<Json | undefined>
}

/** As far as a service knows its attempt. */
export type ServedAttempt = Pick<Attempt, 'id' | 'entry' | 'fence' | 'setupDone'> & {
  readonly log: Pick<Attempt['log'], 'append'>
}

/** Any one element, and any that follow, in a topic. */
const ONE = '+'
const REST = '#'

/**
 * The services of one attempt. While the store is away what they do waits, as long as the job is the attempt's: then its
 * node ends it, and it is lost rather than failed.
 */
export class Services implements JobServices {
  readonly #options: ServicesOptions
  readonly #attempt: ServedAttempt
  readonly #rights: JobRights

  constructor(attempt: ServedAttempt, options: ServicesOptions) {
    this.#options = options
    this.#attempt = attempt
    this.#rights = new JobRights({ id: attempt.id, prefix: options.keys.prefix, rights: options.rights })
  }

  async get(path: Path): Promise<Json | undefined> {
    const key = this.#rights.key('read', path)
    const [text] = await this.#ask(() => this.#options.kv.get(key))
    return text === null ? undefined : valueOf(text)
  }

  async set(path: Path, value: Json): Promise<void> {
    const key = this.#rights.key('set', path)
    const text = JSON.stringify(value)
    await this.#write((txn) => txn.put(key, text))
  }

  async delete(path: Path): Promise<void> {
    const key = this.#rights.key('set', path)
    await this.#write((txn) => txn.delete(key, { mustExist: false }))
  }

  async watch(path: Path, request: WatchRequest, tell: (event: WatchEvent) => void): Promise<Cancellable> {
    const key = path.length === 0 ? '/' : this.#rights.key('read', path)
    return this.#ask(() => this.#watch(key, path, request, tell))
  }

  async monitor(
    topic: Path,
    { raw }: { readonly raw: boolean },
    tell: (event: TopicEvent) => void,
  ): Promise<Cancellable> {
    const wild = topic.findIndex((element) => element === ONE || element === REST)
    const fixed = wild < 0 ? topic : topic.slice(0, wild)
    const key = this.#rights.topic('read', fixed)
    const root = `${this.#options.keys.prefix}/message`
    const hear = ({ path, value }: KeyEvent): void => {
      const elements = pathOfSegments(path.slice(root.length))
      if (value === null || !fits(topic, elements)) return
      tell({ path: elements, raw: value, ...(raw ? {} : jsonOf(value)) })
    }
    return this.#ask(() => this.#monitor(key, wild < 0 ? {} : { subtree: true }, hear))
  }

  async send(topic: Path, message: { readonly value: Json } | { readonly raw: string }): Promise<void> {
    const key = this.#rights.topic('set', topic)
    const text = 'raw' in message ? message.raw : JSON.stringify(message.value)
    await this.#write((txn) => txn.put(key, text, { lease: null }))
  }

  async setupDone(): Promise<void> {
    await this.#attempt.setupDone()
  }

  async error(record: JobErrorRecord): Promise<void> {
    const { path = jobPath(this.#attempt.id), subsystem = 'run', severity = 0, ...report } = record
    await this.#write(async (txn) => {
      await this.#options.records.record(subsystem, path, { ...report, severity: severity as Severity }, txn)
    })
  }

  async call(daemon: string, method: string, args: readonly Json[]): Promise<Json | undefined> {
    this.#rights.requireCall(daemon, method)
    this.#attempt.fence.check()
    return this.#options.call(daemon, method, args)
  }

  log(level: JobLogLevel, text: string): void {
    this.#attempt.log.append(level, text)
  }

  async #watch(
    key: string,
    path: Path,
    { fetch, minDepth, maxDepth }: WatchRequest,
    tell: (event: WatchEvent) => void,
  ): Promise<Cancellable> {
    const depth = maxDepth < 0 ? PATH_ELEMENTS_MAX : maxDepth
    const cache = this.#options.kv.treeCache(key, { subtree: true, maxDepth: depth + 1 })
    const { watchKeys = JOB_LIMITS.watchKeys } = this.#attempt.entry.limits
    let isTelling = fetch
    let tooMuch = null as RunnerError | null
    cache.onChange(({ path: changed, value, revision }) => {
      if (cache.size > watchKeys && tooMuch === null) {
        const message = `a watch may follow ${watchKeys} keys (limits.watchKeys): below ${key} there are more; it has ended`
        tooMuch = new RunnerError('ERR_JOB_LIMIT', message)
        this.log('error', message)
        cache.close()
      }
      const elements = pathOfSegments(changed)
      if (
        !isTelling ||
        tooMuch !== null ||
        elements.length - path.length < minDepth ||
        !this.#rights.may('read', changed)
      )
        return
      tell({ path: elements, revision, ...(value === null ? {} : { value: valueOf(value) }) })
    })
    await cache.ready.catch((error: unknown) => {
      throw tooMuch ?? error
    })
    if (tooMuch !== null) throw tooMuch
    cache.onEnd((error) => {
      if (error !== null) this.#options.log.warn({ err: error }, `a job's watch of ${key} has ended: ${error.message}`)
    })
    isTelling = true
    tell({ ready: true })
    return { cancel: () => cache.close() }
  }

  async #monitor(key: string, extent: WatchOptions, hear: (event: KeyEvent) => void): Promise<Cancellable> {
    const watch = this.#options.kv.watch(key, extent)
    await watch.ready
    const follow = async (): Promise<void> => {
      for await (const event of watch) hear(event)
    }
    follow().catch((error: unknown) => {
      this.#options.log.warn({ err: error }, `a job's monitor of ${key} has ended: ${toError(error).message}`)
    })
    return {
      cancel: () => {
        watch.close()
      },
    }
  }

  #write(body: (txn: Transaction) => Promise<unknown>): Promise<void> {
    return this.#ask(async () => {
      await this.#attempt.fence.write(body)
    })
  }

  #ask<T>(ask: () => Promise<T>): Promise<T> {
    const { kv, log } = this.#options
    const { fence, id } = this.#attempt
    return whileAway(
      kv.clock,
      () => fence.holds,
      ask,
      (error) => {
        log.warn({ err: error }, `${describeJob(id)} waits for the store: ${toError(error).message}`)
      },
    )
  }
}

/** A value of the tree. What others wrote and isn't JSON is a text. */
function valueOf(text: string): Json {
  return jsonOf(text).value ?? (text === 'null' ? null : text)
}

function jsonOf(text: string): { readonly value?: Json } {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return {}
  }
}

/** Whether a topic is meant by one that may have wild elements. */
function fits(pattern: Path, topic: Path): boolean {
  for (const [at, element] of pattern.entries()) {
    if (element === REST) return true
    if (at >= topic.length || (element !== ONE && element !== topic[at])) return false
  }
  return pattern.length === topic.length
}
