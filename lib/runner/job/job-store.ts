/**
 * The jobs of a fleet as they stand in kv: found, written and deleted by whoever has the rights. What is written here is
 * only what is wished; states and claims belong to those who run the jobs.
 */
import { toError } from '../../errors/index.js'
import {
  ConfigCollision,
  ConfigVanished,
  RevisionMismatchError,
  type Backend,
  type Json,
  type JsonObject,
} from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import { isObject } from '../is-object.js'
import type { Keys } from '../keys.js'
import { PATH_ELEMENTS_MAX, pathOfSegments, type Path } from '../path.js'
import { readJobEntry, type JobEntry } from './job-entry.js'
import { describeJob, KINDS, type JobId, type Kind } from './job-id.js'
import { readJobState, type JobState } from './job-state.js'

/** A job as it is stored. */
export interface StoredJob {
  readonly id: JobId
  /** With what isn't given filled in; null: it can't be used, as `fault` says. */
  readonly entry: JobEntry | null
  readonly fault: RunnerError | null
  /** What is written, and no more. */
  readonly written: Json
  /** The revision of its last write. */
  readonly revision: number
}

/** Jobs that stand together: of one kind and group, and of kind `at` of one node. */
export type JobGroup = Omit<JobId, 'path'>

/** A state of a job: on one node, where each has its own. */
export interface StoredState {
  /** Null where there is one for all. */
  readonly node: string | null
  readonly state: JobState
  /** Whether somebody holds its claim, and so runs it. */
  readonly isClaimed: boolean
}

/** The jobs below a prefix. */
export class JobStore {
  readonly #kv: Backend
  readonly #keys: Keys

  constructor(kv: Backend, keys: Keys) {
    this.#kv = kv
    this.#keys = keys
  }

  /** The groups that have jobs, in the order of kinds and names. */
  async groups(): Promise<JobGroup[]> {
    const found = new Map<string, JobGroup>()
    for (const kind of KINDS) {
      const root = `${this.#keys.prefix}/job/${kind}`
      const names = kind === 'at' ? 2 : 1
      const [keys] = await this.#kv.listKeys(`${root}/`, { recurse: PATH_ELEMENTS_MAX + names })
      for (const key of keys) {
        const path = pathOfSegments(key.slice(root.length))
        if (path.length > names) found.set(`${kind}${path.slice(0, names).join('/')}`, groupOf(kind, path))
      }
    }
    return [...found.values()]
  }

  /** The jobs of a group whose paths begin so, in the order of paths. */
  async list(group: JobGroup, under: Path = []): Promise<StoredJob[]> {
    const root = this.#keys.jobs(group.kind, group.group, group.node)
    const [entries] = await this.#kv.listKeys(`${root}/`, { recurse: PATH_ELEMENTS_MAX, withValues: true })
    return entries.flatMap(([key, text, revision]) => {
      const path = pathOfSegments(key.slice(root.length))
      const isUnder = under.every((element, at) => path[at] === element)
      return isUnder ? [storedJob({ ...group, path }, text, revision)] : []
    })
  }

  /** A job; null: there is none. */
  async get(id: JobId): Promise<StoredJob | null> {
    const [text, { modRevision }] = await this.#kv.get(this.#keys.job(id))
    return text === null || modRevision === null ? null : storedJob(id, text, modRevision)
  }

  /**
   * Write a job: `change` gets what is written, null where nothing is, and answers what is to be. If it has a cron
   * pattern that it didn't have before, the pattern counts from now on.
   *
   * @param mustBe the revision that it must still have, 0 for one that must not be there.
   * @throws {RunnerError} ERR_ENTRY, if what is to be written is no job.
   * @throws {RevisionMismatchError} If `mustBe` is given and it was written since.
   * @throws {ConfigCollision} If it must not be there and came meanwhile.
   */
  async set(id: JobId, change: (written: JsonObject | null) => JsonObject, mustBe?: number): Promise<StoredJob> {
    const key = this.#keys.job(id)
    for (;;) {
      const [before, { modRevision }] = await this.#kv.get(key)
      if (mustBe !== undefined && mustBe !== (modRevision ?? 0))
        throw new RevisionMismatchError(key, mustBe, modRevision)
      const text = JSON.stringify(this.#changed(before === null ? null : asObject(id, before), change))
      try {
        const { revision } =
          modRevision === null
            ? await this.#kv.create(key, text)
            : await this.#kv.update(key, text, { mustBeRev: modRevision })
        return storedJob(id, text, revision)
      } catch (error) {
        const isMeanwhile = error instanceof RevisionMismatchError || error instanceof ConfigCollision
        if (!isMeanwhile || mustBe !== undefined) throw error
      }
    }
  }

  /**
   * Delete a job. Without `force` the first call only takes its target away, so that it ends and isn't started, and one
   * that runs is not deleted.
   *
   * @returns whether it is gone, or only disabled.
   * @throws {ConfigVanished} If there is none.
   * @throws {RunnerError} ERR_JOB_RUNS, if it still runs.
   */
  async delete(id: JobId, { force = false }: { readonly force?: boolean } = {}): Promise<'disabled' | 'deleted'> {
    const states = await this.states(id)
    return await this.#kv.transact(async (txn) => {
      const key = this.#keys.job(id)
      const text = await txn.get(key)
      if (text === null) throw new ConfigVanished(key, 'delete')
      const written = force ? null : asObject(id, text)
      if (written !== null && written['target'] !== null) {
        await txn.put(key, JSON.stringify({ ...written, target: null }), { lease: null })
        return 'disabled'
      }
      for (const { node } of states) {
        const isClaimed = (await txn.get(this.#keys.claim(id, node ?? ''))) !== null
        if (isClaimed && !force) {
          const where = node === null ? '' : ` on ${node}`
          throw new RunnerError('ERR_JOB_RUNS', `${describeJob(id)} still runs${where}: wait for its end, or force it`)
        }
        // Of one that runs, whoever runs it sees that the job is gone, and deletes it.
        if (!isClaimed) await txn.delete(this.#keys.state(id, node ?? ''), { mustExist: false })
      }
      await txn.delete(key)
      return 'deleted'
    })
  }

  /** The states of a job: one, or of kind `all` one for each node that has run it. */
  async states(id: JobId): Promise<StoredState[]> {
    if (id.kind !== 'all') return await this.#states(id, null)
    const root = `${this.#keys.prefix}/state/all`
    const [keys] = await this.#kv.listKeys(`${root}/`, { recurse: [id.path.length + 1] })
    const found = keys.flatMap((key) => {
      const [group, node, ...path] = pathOfSegments(key.slice(root.length))
      const isOfJob =
        group === id.group && path.length === id.path.length && path.every((one, at) => one === id.path[at])
      return isOfJob && node !== undefined ? [node] : []
    })
    return (await Promise.all(found.map((node) => this.#states(id, node)))).flat()
  }

  #changed(written: JsonObject | null, change: (written: JsonObject | null) => JsonObject): JsonObject {
    const next = change(written)
    const isNewPattern = next['cron'] !== undefined && next['cron'] !== written?.['cron']
    const entry = isNewPattern && next['since'] === undefined ? { ...next, since: this.#kv.clock.wall() / 1000 } : next
    readJobEntry(entry)
    return entry
  }

  async #states(id: JobId, node: string | null): Promise<StoredState[]> {
    const [[text], [claim]] = await Promise.all([
      this.#kv.get(this.#keys.state(id, node ?? '')),
      this.#kv.get(this.#keys.claim(id, node ?? '')),
    ])
    if (text === null) return []
    return [{ node, state: readJobState(JSON.parse(text) as Json), isClaimed: claim !== null }]
  }
}

function groupOf(kind: Kind, [first = '', second = '']: Path): JobGroup {
  return kind === 'at' ? { kind, node: first, group: second } : { kind, group: first }
}

function storedJob(id: JobId, text: string, revision: number): StoredJob {
  let written: Json = text
  try {
    written = valueOf(id, text)
    return { id, entry: readJobEntry(written), fault: null, written, revision }
  } catch (error) {
    if (error instanceof RunnerError) return { id, entry: null, fault: error, written, revision }
    throw error
  }
}

function asObject(id: JobId, text: string): JsonObject {
  const value = valueOf(id, text)
  if (isObject(value)) return value
  throw new RunnerError('ERR_ENTRY', `what is stored of ${describeJob(id)} is no object: write it anew`)
}

function valueOf(id: JobId, text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const message = `what is stored of ${describeJob(id)} is no JSON: ${toError(error).message}`
    throw new RunnerError('ERR_ENTRY', message, { cause: error })
  }
}
