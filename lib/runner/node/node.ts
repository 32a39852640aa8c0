/** A node of a fleet: runners of some kinds and groups, which live and die with one lease. */
import { ClosedError, toError } from '../../errors/index.js'
import type { Backend, Lease, TreeCache } from '../../kv/index.js'
import { stderrLogger, type Logger } from '../../movement/index.js'
import { KINDS, type Kind } from '../job/job-id.js'
import { Keys } from '../keys.js'
import { RunnerError } from '../errors.js'
import type { Attempt, AttemptSupport } from './attempt.js'
import type { ErrorSink } from './error-sink.js'
import { NODE_DEFAULTS, type NodeSettings } from './node-config.js'
import { isAway } from './patience.js'
import { Runner } from './runner.js'
import { Slots } from './slots.js'
import { StandIns } from './stand-ins.js'
import type { Starter } from './starter.js'
import { Tenure, type Hold } from './tenure.js'

/** What a node is, and how it works. */
export interface NodeOptions extends Partial<NodeSettings> {
  readonly kv: Backend
  /** What others know it by: no two nodes of a fleet have one name. */
  readonly name: string
  readonly starter: Starter
  readonly errors: ErrorSink
  readonly servicesOf: AttemptSupport['servicesOf']
  readonly keys?: Keys
  readonly groups?: readonly string[]
  readonly kinds?: readonly Kind[]
  readonly labels?: Readonly<Record<string, string>>
  /** How many attempts it runs at once; 16 if it isn't given. */
  readonly capacity?: number
  /** How many members its groups should have, if they don't say so themselves. */
  readonly size?: number | null
  /** How long it is missed when it is gone without a word; 10 s if it isn't given. */
  readonly ttlMs?: number
  readonly random?: () => number
  readonly log?: Logger
}

/** Which part of a lease is left when a node ends the jobs that it can't confirm, if nothing is said. */
const GUARD = 1 / 5

/** A node of a fleet. */
export class Node {
  readonly name: string
  readonly keys: Keys
  readonly labels: Readonly<Record<string, string>>
  readonly slots: Slots
  readonly #options: NodeOptions
  readonly #kv: Backend
  readonly #log: Logger
  readonly #tenure: Tenure
  readonly #runners: Runner[] = []
  readonly #standIns: StandIns
  /** Resolves with what keeps it from going on, as when the store refuses it for good; never, if nothing does. */
  readonly failed: Promise<Error>
  #tellFailed: (error: Error) => void = () => undefined
  #code: TreeCache | null = null
  #lease: Lease | null = null
  #isDraining = false
  #isClosed = false

  constructor(options: NodeOptions) {
    const { kv, name, keys = new Keys(), labels = {}, capacity = 16, log = stderrLogger } = options
    const { groups = ['default'], kinds = KINDS, ttlMs = 10_000, guardMs } = options
    this.#options = options
    this.#kv = kv
    this.failed = new Promise((resolve) => {
      this.#tellFailed = resolve
    })
    this.name = name
    this.keys = keys
    this.labels = labels
    this.#log = log.child({ node: name })
    this.slots = new Slots(capacity, () => this.#lookAgain())
    this.#tenure = new Tenure(kv, {
      ...{ log: this.#log, ttlMs, guardMs: guardMs ?? ttlMs * GUARD },
      enter: (lease) => this.#enter(lease),
      onHold: (hold) => this.#onHold(hold),
      onConfirmed: (forMs) => {
        for (const runner of this.#all()) runner.confirmAll(forMs)
      },
    })
    for (const group of groups) for (const kind of kinds) this.#runners.push(this.#runner(kind, group, name))
    this.#standIns = new StandIns({
      ...{ kv, keys, node: name, log: this.#log, runners: this.#runners.filter(({ kind }) => kind === 'at') },
      runnerFor: (group, owner) => this.#runner('at', group, owner),
    })
  }

  /** How far its lease can be relied on. */
  get hold(): Hold {
    return this.#tenure.hold
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  /** What runs here. */
  get attempts(): readonly Attempt[] {
    return [...this.#all()].flatMap((runner) => [...runner.running])
  }

  get runners(): readonly Runner[] {
    return this.#runners
  }

  /**
   * Join the groups and begin to run jobs.
   *
   * @throws {RunnerError} ERR_NODE_RUNS, if a node of this name is there, and stays.
   * @throws {UnavailableError} If the store can't be reached.
   */
  async open(): Promise<void> {
    await this.#waitForNamesake()
    await this.#tenure.open()
    this.#followCode()
    await Promise.all(this.#runners.map((runner) => runner.open()))
    await this.#standIns.open()
  }

  /** Take nothing more, and end what runs so that it goes on elsewhere; or take jobs again. */
  async drain(isDraining = true): Promise<void> {
    this.#isDraining = isDraining
    const lease = this.#lease
    if (lease !== null && this.hold !== 'over') await this.#putMembers(lease)
    if (isDraining) for (const runner of this.#all()) runner.running.stop('drained')
    else this.#lookAgain()
  }

  /** End what runs, with its time of grace, and leave: what is the group's goes on elsewhere at once. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.drain().catch((error: unknown) => {
      this.#log.warn({ err: error }, `the group isn't told that this node drains: ${toError(error).message}`)
    })
    this.#code?.close()
    this.#standIns.close()
    await Promise.all([...this.#all()].map((runner) => runner.close()))
    await this.#tenure.close()
  }

  /** End what runs at once: a second signal, or a failure. */
  kill(): void {
    for (const runner of this.#all()) runner.killAll('drained')
  }

  *#all(): IterableIterator<Runner> {
    yield* this.#runners
    yield* this.#standIns
  }

  #runner(kind: Kind, group: string, owner: string): Runner {
    const { random = Math.random, starter, errors, servicesOf, size = null, ...settings } = this.#options
    return new Runner({
      ...{ ...NODE_DEFAULTS, ...settings },
      ...{ kind, group, owner, standsIn: owner !== this.name, node: this.name, labels: this.labels },
      ...{ kv: this.#kv, keys: this.keys, tenure: this.#tenure, slots: this.slots, log: this.#log },
      ...{ size, random, starter, errors, servicesOf },
      isDraining: () => this.#isDraining,
      onMembers: () => {
        if (kind === 'at' && owner === this.name) void this.#standIns.look()
      },
      onFailure: (error) => this.#fail(error),
    })
  }

  /** With each lease: the keys that say that this node is there. */
  async #enter(lease: Lease): Promise<void> {
    this.#lease = lease
    await this.#putMembers(lease)
  }

  async #putMembers(lease: Lease): Promise<void> {
    const value = JSON.stringify({
      ...{ capacity: this.slots.capacity, labels: this.labels, isDraining: this.#isDraining },
      ...{ pid: process.pid, since: Math.floor(this.#kv.clock.wall() / 1000) },
    })
    await this.#kv.transact(async (txn) => {
      for (const { kind, group } of this.#runners)
        await txn.put(this.keys.member(kind, group, this.name), value, { lease })
    })
  }

  #onHold(hold: Hold): void {
    if (hold !== 'sure') this.#log.warn(`the hold of this node on its jobs is ${hold}: the store doesn't answer`)
    for (const runner of this.#all()) {
      if (hold === 'over') runner.killAll('node unsure')
      else runner.tellAll()
      if (hold === 'sure') runner.lookAgain()
    }
  }

  #lookAgain(): void {
    for (const runner of this.#all()) runner.lookAgain()
  }

  #followCode(): void {
    const code = this.#kv.treeCache(`${this.keys.prefix}/code/`, { subtree: true, maxDepth: 20 })
    code.ready.then(
      () => {
        code.onChange(() => {
          for (const runner of this.#all()) {
            runner.running.codeChanged(this.#options.starter).catch((error: unknown) => {
              this.#log.warn({ err: error }, `whether running code has changed is not known: ${toError(error).message}`)
            })
          }
        })
      },
      () => undefined,
    )
    code.onEnd((error) => {
      if (error !== null) this.#fail(error)
    })
    this.#code = code
  }

  /** A node of this name may have ended without a word: then its keys go when its time is over. */
  async #waitForNamesake(): Promise<void> {
    const { ttlMs = 10_000 } = this.#options
    const [first] = this.#runners
    if (first === undefined) return
    const path = this.keys.member(first.kind, first.group, this.name)
    const until = this.#kv.clock.now() + 2 * ttlMs
    for await (const watcher of this.#kv.watcher({ timeoutMs: ttlMs })) {
      const found = await watcher.transact((txn) => txn.get(path))
      if (found === null) return
      if (this.#kv.clock.now() >= until) {
        const advice = 'end that one, or give this one another name'
        throw new RunnerError('ERR_NODE_RUNS', `node ${this.name} runs already, ${found}: ${advice}`)
      }
      this.#log.info(`a node ${this.name} is there: it is waited for, ${ttlMs} ms or so`)
    }
  }

  #fail(error: Error): void {
    // Who begins while the store is away hears of it by other ways.
    if (this.#isClosed || error instanceof ClosedError || isAway(error)) return
    this.#log.fatal({ err: error }, `the node can't go on: ${error.message}`)
    this.#tellFailed(error)
  }
}
