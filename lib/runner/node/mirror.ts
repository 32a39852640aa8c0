/** The jobs of a runner as kv has them, at hand: what is wished, what is so, who has them, and who could. */
import { toError } from '../../errors/index.js'
import { parseJson, type Backend, type Json, type TreeCache } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { Due } from '../../movement/loop/timeline.js'
import { readJobEntry, type JobEntry } from '../job/job-entry.js'
import type { JobId, Kind } from '../job/job-id.js'
import { NEVER_RAN, readJobState, type JobState } from '../job/job-state.js'
import type { Keys } from '../keys.js'
import { PATH_ELEMENTS_MAX, pathOfSegments } from '../path.js'
import { runOf } from './fence.js'
import { readGroupEntry, type GroupEntry } from './group-entry.js'
import { readMember, unreadableMember, type Member } from './placement.js'
import type { Wait } from './wait.js'

/** A job as the mirror has it. It is an entry of the runner's timeline, too. */
export class MirroredJob implements Due<MirroredJob> {
  readonly id: JobId
  /** Its path as the keys have it: what it is known by here. */
  readonly name: string
  entry: JobEntry | null = null
  state: JobState = NEVER_RAN
  hasState = false
  /** The node that has it; null: nobody. */
  claimedBy: string | null = null
  /** The run whose claim was the last to go. */
  goneRun: string | null = null
  /** What is wrong with its entry, and with its state. */
  entryFault: string | null = null
  stateFault: string | null = null
  /** Whether others' turns have been waited for. */
  hasWaited = false
  /** What it waits for; null: nothing. */
  wait: Wait | null = null
  /** How often in a row it could not be taken. */
  failures = 0
  timeMs = Infinity
  slot = -1
  previous: MirroredJob | null = null
  next: MirroredJob | null = null

  constructor(id: JobId, name: string) {
    this.id = id
    this.name = name
  }

  /** Why nobody can say when it is to run. */
  get fault(): string | null {
    return this.entryFault ?? this.stateFault
  }
}

/** Which jobs, and who hears of changes. */
export interface MirrorOptions {
  readonly kv: Backend
  readonly keys: Keys
  readonly kind: Kind
  readonly group: string
  /** Whose jobs and states, where each node has its own. */
  readonly owner: string
  readonly log: Logger
  /** Something of a job is different now. */
  readonly onJob: (job: MirroredJob) => void
  /** The group's members, or what is said of the group. */
  readonly onGroup: () => void
  /** What a member says of itself can't be used. */
  readonly onSpoiltMember: (node: string, error: Error) => void
  /** It can't go on: the store has refused it for good. */
  readonly onFailure: (error: Error) => void
}

type Change = (name: string, text: string | null, before: string | null) => void

/** The mirror of one kind, group and, where it matters, node. */
export class Mirror {
  readonly jobs = new Map<string, MirroredJob>()
  readonly members = new Map<string, Member>()
  /** How many jobs each node has claimed. */
  readonly claims = new Map<string, number>()
  readonly loadOf = (node: string): number => this.claims.get(node) ?? 0
  group: GroupEntry = readGroupEntry({})
  readonly #options: MirrorOptions
  readonly #caches: TreeCache[] = []

  constructor(options: MirrorOptions) {
    this.#options = options
  }

  /** @throws what keeps it from being read. */
  async open(): Promise<void> {
    const { keys, kind, group, owner } = this.#options
    this.#follow(keys.members(kind, group), (name, text) => this.#member(name, text), 1)
    this.#followOne(keys.group(kind, group))
    // Claims before states: a state without its claim looks lost.
    this.#follow(keys.claims(kind, group, owner), (name, text, before) => this.#claim(name, text, before))
    this.#follow(keys.states(kind, group, owner), (name, text) => this.#state(name, text))
    this.#follow(keys.jobs(kind, group, kind === 'at' ? owner : undefined), (name, text) => this.#entry(name, text))
    await Promise.all(this.#caches.map(({ ready }) => ready))
  }

  close(): void {
    for (const cache of this.#caches) cache.close()
  }

  #follow(root: string, change: Change, depth = PATH_ELEMENTS_MAX): void {
    const cache = this.#options.kv.treeCache(`${root}/`, { subtree: true, maxDepth: depth + 1 })
    cache.onChange(({ path, value, before }) => {
      change(path.slice(root.length), value, before)
    })
    this.#keep(cache)
  }

  #followOne(path: string): void {
    const cache = this.#options.kv.treeCache(path, { prefix: false })
    cache.onChange(({ value }) => {
      this.#groupEntry(value)
    })
    this.#keep(cache)
  }

  #keep(cache: TreeCache): void {
    cache.ready.catch(() => undefined) // Told by onEnd.
    cache.onEnd((error) => {
      if (error !== null) this.#options.onFailure(error)
    })
    this.#caches.push(cache)
  }

  #job(name: string): MirroredJob {
    const known = this.jobs.get(name)
    if (known !== undefined) return known
    const { kind, group, owner } = this.#options
    const id = { kind, group, path: pathOfSegments(name), ...(kind === 'at' ? { node: owner } : {}) }
    const job = new MirroredJob(id, name)
    this.jobs.set(name, job)
    return job
  }

  #changed(job: MirroredJob): void {
    if (job.entry === null && !job.hasState && job.claimedBy === null && job.fault === null) this.jobs.delete(job.name)
    this.#options.onJob(job)
  }

  #entry(name: string, text: string | null): void {
    const job = this.#job(name)
    const [entry, fault] = text === null ? [null, null] : read(text, readJobEntry)
    Object.assign(job, { entry, entryFault: fault })
    this.#changed(job)
  }

  #state(name: string, text: string | null): void {
    const job = this.#job(name)
    job.hasState = text !== null
    const [state, fault] = text === null ? [null, null] : read(text, readJobState)
    Object.assign(job, { state: state ?? NEVER_RAN, stateFault: fault })
    this.#changed(job)
  }

  #claim(name: string, text: string | null, before: string | null): void {
    const job = this.#job(name)
    if (before !== null) job.goneRun = runOf(before)
    this.#count(job.claimedBy, -1)
    job.claimedBy = text === null ? null : nodeOf(text)
    this.#count(job.claimedBy, 1)
    this.#changed(job)
  }

  #count(node: string | null, by: number): void {
    if (node === null) return
    const count = (this.claims.get(node) ?? 0) + by
    if (count > 0) this.claims.set(node, count)
    else this.claims.delete(node)
  }

  #member(name: string, text: string | null): void {
    const [node = ''] = pathOfSegments(name)
    if (text === null) this.members.delete(node)
    else this.members.set(node, this.#memberOf(node, text))
    this.#options.onGroup()
  }

  #memberOf(node: string, text: string): Member {
    try {
      return readMember(node, text)
    } catch (error) {
      this.#options.onSpoiltMember(node, toError(error))
      return unreadableMember(node)
    }
  }

  #groupEntry(text: string | null): void {
    try {
      this.group = readGroupEntry(text === null ? {} : parseJson(text))
    } catch (error) {
      this.#options.log.error({ err: error }, `the group keeps what was said of it before: ${toError(error).message}`)
      return
    }
    this.#options.onGroup()
  }
}

/** What a text says, or what is wrong with it: whoever wrote it is told by `job list`, and the other jobs go on. */
function read<T>(text: string, as: (json: Json) => T): readonly [T | null, string | null] {
  try {
    return [as(parseJson(text)), null]
  } catch (error) {
    return [null, toError(error).message]
  }
}

function nodeOf(claim: string): string {
  try {
    const { node } = parseJson(claim)
    return typeof node === 'string' ? node : ''
  } catch {
    return ''
  }
}
