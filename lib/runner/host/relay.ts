/** Carries out what a job asks for, by the services that it was given, and tells it of what it watches. */
import { codeOf, toError } from '../../errors/index.js'
import type { Json } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import type { Cancellable, JobError, JobServices, TopicEvent, WatchEvent } from './job-run.js'
import { ASKS_MAX, type Ask, type ToChild } from './protocol.js'

/** How many watches and monitors a job may have. */
const WATCHES_MAX = 1000

/** The relay of one attempt. */
export class Relay {
  readonly #services: JobServices
  readonly #send: (message: ToChild) => void
  /** What is watched, by the request that began it; null while it is begun. */
  readonly #watches = new Map<number, Cancellable | null>()
  readonly #open = new Set<number>()
  #isClosed = false

  constructor(services: JobServices, send: (message: ToChild) => void) {
    this.#services = services
    this.#send = send
  }

  /**
   * Take a request; the answer goes by itself.
   *
   * @throws {RunnerError} ERR_JOB_MESSAGE, if there are more at once than a job host ever sends, or one twice.
   */
  take(ask: Ask): void {
    const { id } = ask
    if (this.#open.size >= ASKS_MAX || this.#open.has(id) || this.#watches.has(id)) {
      throw new RunnerError('ERR_JOB_MESSAGE', `the job asked more at once than a job host does: request ${id}`)
    }
    this.#open.add(id)
    this.#answer(ask).then(
      (value) => this.#reply(id, value === undefined ? { type: 'reply', id } : { type: 'reply', id, value }),
      (error: unknown) => {
        this.#watches.delete(id)
        this.#reply(id, { type: 'refusal', id, error: asData(error) })
      },
    )
  }

  /** The job has ended: end all that it watched. */
  close(): void {
    this.#isClosed = true
    for (const watch of this.#watches.values()) watch?.cancel()
    this.#watches.clear()
  }

  async #answer(ask: Ask): Promise<Json | undefined> {
    const services = this.#services
    switch (ask.method) {
      case 'get':
        return await services.get(ask.params.path)
      case 'set': {
        await nothing(services.set(ask.params.path, ask.params.value))
        return
      }
      case 'delete': {
        await nothing(services.delete(ask.params.path))
        return
      }
      case 'watch': {
        const { path, fetch, minDepth, maxDepth } = ask.params
        await this.#watch(ask.id, (tell) => services.watch(path, { fetch, minDepth, maxDepth }, tell))
        return
      }
      case 'monitor': {
        const { path, raw } = ask.params
        await this.#watch(ask.id, (tell) => services.monitor(path, { raw }, tell))
        return
      }
      case 'send': {
        const { path, ...message } = ask.params
        await nothing(services.send(path, message))
        return
      }
      case 'setupDone': {
        await nothing(services.setupDone())
        return
      }
      case 'error': {
        await nothing(services.error(ask.params.record))
        return
      }
      case 'call':
        return await services.call(ask.params.daemon, ask.params.method, ask.params.args)
      case 'cancel':
        return this.#cancel(ask.params.of)
    }
  }

  async #watch(
    id: number,
    begin: (tell: (event: WatchEvent | TopicEvent) => void) => Promise<Cancellable>,
  ): Promise<undefined> {
    if (this.#watches.size >= WATCHES_MAX) {
      throw new RunnerError('ERR_JOB_LIMIT', `a job may watch ${WATCHES_MAX} things at once: it has as many`)
    }
    this.#watches.set(id, null)
    const watch = await begin((event) => {
      if (this.#watches.has(id)) this.#send({ type: 'event', id, event })
    })
    if (this.#isClosed || !this.#watches.has(id)) watch.cancel()
    else this.#watches.set(id, watch)
  }

  /** Whether there was something to cancel. */
  #cancel(id: number): boolean {
    const watch = this.#watches.get(id)
    if (watch === undefined) return false
    this.#watches.delete(id)
    watch?.cancel()
    return true
  }

  #reply(id: number, message: ToChild): void {
    this.#open.delete(id)
    if (!this.#isClosed) this.#send(message)
  }
}

async function nothing(done: Promise<void>): Promise<undefined> {
  await done
}

function asData(thrown: unknown): JobError {
  const { name, message } = toError(thrown)
  const code = codeOf(thrown)
  return code === '' ? { name, message } : { name, message, code }
}
