/**
 * Where everything of a fleet lies in kv: below one prefix, what people wish (jobs, code, groups) apart from what is so
 * (states, claims, members). Behind the fixed part of a key stand the elements of a dotted path and nothing else, so that
 * a job `a` and a job `a.b` are not in each other's way.
 */
import type { JobId, Kind } from './job/job-id.js'
import { checkJobId } from './job/job-id.js'
import { ERROR_PATH_ELEMENTS_MAX, pathOfSegments, segmentsOf, type Path } from './path.js'

/** The keys below a prefix. */
export class Keys {
  readonly prefix: string

  /** @param prefix begins with a slash and doesn't end with one. */
  constructor(prefix = '/deadbeat') {
    this.prefix = prefix
  }

  /** A procedure; of the empty path, the root of all. */
  code(path: Path): string {
    return `${this.prefix}/code/proc${segmentsOf(path)}`
  }

  /** A module; of the empty path, the root of all. */
  module(path: Path): string {
    return `${this.prefix}/code/module${segmentsOf(path)}`
  }

  /** The jobs of a kind and group, and of kind `at` of one node: the key that those of all lie below. */
  jobs(kind: Kind, group: string, node?: string): string {
    return `${this.prefix}/job${place(kind, group, node)}`
  }

  /** A job: what is wished. */
  job(id: JobId): string {
    return this.#ofJob('job', id, null)
  }

  /** The states of the jobs of a kind and group, and of kinds `at` and `all` of one node. */
  states(kind: Kind, group: string, node: string): string {
    return `${this.prefix}/state${place(kind, group, kind === 'any' ? undefined : node)}`
  }

  /** The state of a job, and where each node has its own, on one node. */
  state(id: JobId, node: string): string {
    return this.#ofJob('state', id, node)
  }

  /** The claims of a kind and group, and of kinds `at` and `all` of one node. */
  claims(kind: Kind, group: string, node: string): string {
    return `${this.prefix}/claim${place(kind, group, kind === 'any' ? undefined : node)}`
  }

  /** Who runs a job: there, with a lease, while somebody does. */
  claim(id: JobId, node: string): string {
    return this.#ofJob('claim', id, node)
  }

  /** An attempt that is over. */
  attempt(id: JobId, node: string, attempt: number): string {
    return this.#ofJob('run', id, node, `/${attempt}`)
  }

  /** A piece of the log of an attempt. */
  log(id: JobId, node: string, attempt: number, piece: number): string {
    return this.#ofJob('log', id, node, `/${attempt}/${piece}`)
  }

  /** The members of a group of runners. */
  members(kind: Kind, group: string): string {
    return `${this.prefix}/member/${kind}${segmentsOf([group])}`
  }

  /** A member: there, with a lease, while it lives. */
  member(kind: Kind, group: string, node: string): string {
    return `${this.members(kind, group)}${segmentsOf([node])}`
  }

  /** What is said of a group: its size, and whether it pauses. */
  group(kind: Kind, group: string): string {
    return `${this.prefix}/group/${kind}${segmentsOf([group])}`
  }

  /** The record of what went wrong with one thing. */
  error(subsystem: string, path: Path): string {
    return `${this.prefix}/error${segmentsOf([subsystem])}${segmentsOf(path, ERROR_PATH_ELEMENTS_MAX)}`
  }

  /** What one node says of that. */
  errorDetail(subsystem: string, node: string, path: Path): string {
    return `${this.prefix}/error-detail${segmentsOf([subsystem, node])}${segmentsOf(path, ERROR_PATH_ELEMENTS_MAX)}`
  }

  /** The elements of a key below a root that one of these methods gave. Null: it doesn't lie there. */
  below(root: string, key: string): Path | null {
    if (key === root) return []
    return key.startsWith(`${root}/`) ? pathOfSegments(key.slice(root.length)) : null
  }

  #ofJob(what: string, id: JobId, node: string | null, number = ''): string {
    const { kind, group, path } = checkJobId(id)
    const own = kind === 'at' ? id.node : kind === 'all' && node !== null ? node : undefined
    return `${this.prefix}/${what}${place(kind, group, own)}${number}${segmentsOf(path)}`
  }
}

function place(kind: Kind, group: string, node: string | undefined): string {
  const names = node === undefined ? [group] : kind === 'at' ? [node, group] : [group, node]
  return `/${kind}${segmentsOf(names)}`
}
