/**
 * Where a node stands in for others of its groups that are gone: a runner for each, of kind `at`, for those of its jobs
 * that may run elsewhere. A job may be written for a node long after that has gone, or before it has ever come.
 */
import { toError } from '../../errors/index.js'
import type { Backend, PathWatch } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { Keys } from '../keys.js'
import { PATH_ELEMENTS_MAX, pathOfSegments } from '../path.js'
import { whileAway } from './patience.js'
import type { Runner } from './runner.js'

/** For whom, and how. */
export interface StandInsOptions {
  readonly kv: Backend
  readonly keys: Keys
  readonly log: Logger
  /** The node that stands in. */
  readonly node: string
  /** Its own runners of kind `at`: their groups, and who is a member of these. */
  readonly runners: readonly Pick<Runner, 'group' | 'members'>[]
  /** A runner for the jobs of another node; not open yet. */
  readonly runnerFor: (group: string, owner: string) => Runner
}

/** The runners that stand in. */
export class StandIns {
  readonly #options: StandInsOptions
  readonly #root: string
  /** The nodes for which jobs were written, by group. */
  readonly #owners = new Map<string, Set<string>>()
  readonly #runners = new Map<string, { readonly group: string; readonly owner: string; readonly runner: Runner }>()
  #watch: PathWatch | null = null
  #looking: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: StandInsOptions) {
    this.#options = options
    this.#root = `${options.keys.prefix}/job/at`
  }

  *[Symbol.iterator](): IterableIterator<Runner> {
    for (const { runner } of this.#runners.values()) yield runner
  }

  /**
   * Begin.
   *
   * @throws what keeps the jobs of others from being read.
   */
  async open(): Promise<void> {
    const { kv, runners } = this.#options
    if (runners.length === 0) return
    const watch = kv.watch(`${this.#root}/`, { subtree: true })
    this.#watch = watch
    await watch.ready
    const [paths] = await kv.listKeys(`${this.#root}/`, { recurse: PATH_ELEMENTS_MAX })
    for (const path of paths) this.#add(path)
    void this.#follow(watch)
    await this.look()
  }

  /** Others are members than before: stand in for who is gone, and no more for who is back and whose jobs have ended here. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  /** Watch no more. Its runners are closed like all others. */
  close(): void {
    this.#isClosed = true
    this.#watch?.close()
  }

  async #follow(watch: PathWatch): Promise<void> {
    try {
      for await (const { path, value } of watch) if (value !== null && this.#add(path)) void this.look()
    } catch (error) {
      this.#options.log.error(
        { err: error },
        `new jobs of nodes that are gone aren't heard of: ${toError(error).message}`,
      )
    }
  }

  /** Whether it is a node that wasn't known. */
  #add(path: string): boolean {
    const [owner = '', group = ''] = pathOfSegments(path.slice(this.#root.length))
    const owners = this.#owners.get(group) ?? new Set()
    this.#owners.set(group, owners)
    if (owners.has(owner)) return false
    owners.add(owner)
    return true
  }

  async #look(): Promise<void> {
    for (const { group, members } of this.#options.runners) {
      for (const owner of this.#owners.get(group) ?? []) {
        if (owner !== this.#options.node && !members.has(owner)) await this.#begin(group, owner)
      }
      for (const [place, { group: its, owner, runner }] of this.#runners) {
        if (its !== group || !members.has(owner) || [...runner.running].length > 0) continue
        this.#runners.delete(place)
        await runner.close()
      }
    }
  }

  async #begin(group: string, owner: string): Promise<void> {
    const { kv, log, runnerFor } = this.#options
    const place = JSON.stringify([group, owner])
    if (this.#runners.has(place) || this.#isClosed) return
    const open = async (): Promise<void> => {
      const runner = runnerFor(group, owner)
      this.#runners.set(place, { group, owner, runner })
      try {
        await runner.open()
      } catch (error) {
        this.#runners.delete(place)
        await runner.close()
        throw error
      }
    }
    await whileAway(kv.clock, () => !this.#isClosed, open).catch((error: unknown) => {
      if (!this.#isClosed)
        log.error({ err: error }, `jobs of node ${owner} stay where they are: ${toError(error).message}`)
    })
  }
}
