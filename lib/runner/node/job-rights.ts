/** What a job may: the tree of its users, as far as the rights of the fleet allow, and never what the fleet itself is kept in. */
import { ForbiddenError, type Principal, type Right, type Rights } from '../../rights/index.js'
import { describeJob, type JobId } from '../job/job-id.js'
import { segmentsOf, type Path } from '../path.js'

/** Whose rights. */
export interface JobRightsOptions {
  readonly id: JobId
  /** The prefix of the fleet's own keys. */
  readonly prefix: string
  /** Null: there are no rules; then a job may read and write all of the users' tree, and call nobody. */
  readonly rights: Rights | null
}

/** The rights of one job. */
export class JobRights {
  readonly principal: Principal
  readonly #options: JobRightsOptions

  constructor(options: JobRightsOptions) {
    this.#options = options
    this.principal = { kind: 'job', id: describeJob(options.id) }
  }

  /**
   * The key of a path of the users' tree.
   *
   * @throws {ForbiddenError} If the job may not.
   * @throws {RunnerError} ERR_DOTTED_PATH, if the path can't be one.
   */
  key(right: Right, path: Path): string {
    const key = segmentsOf(path)
    if (!this.may(right, key)) throw new ForbiddenError(this.principal, right, key)
    return key
  }

  /** Whether the job may, with a key. */
  may(right: Right, key: string): boolean {
    const { prefix, rights } = this.#options
    if (key === prefix || key.startsWith(`${prefix}/`)) return false
    return rights?.may(this.principal, right, key) ?? true
  }

  /**
   * The key of a topic, or of what its topics begin with.
   *
   * @throws {ForbiddenError} If the job may not.
   */
  topic(right: Right, topic: Path): string {
    const { prefix, rights } = this.#options
    const key = `${prefix}/message${segmentsOf(topic)}`
    if (rights?.may(this.principal, right, key) === false) throw new ForbiddenError(this.principal, right, key)
    return key
  }

  /** @throws {ForbiddenError} If the job may not call a method of a daemon. */
  requireCall(daemon: string, method: string): void {
    const path = `${daemon}.${method}`
    const { rights } = this.#options
    if (rights?.may(this.principal, 'call', path) !== true) throw new ForbiddenError(this.principal, 'call', path)
  }
}
