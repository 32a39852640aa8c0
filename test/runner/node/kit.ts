/** A fleet in memory: nodes on one store and one clock that is moved by hand, whose jobs are played by the test. */
import { Backend } from '../../../lib/kv/backend/backend.js'
import { parseJson, type JsonObject } from '../../../lib/kv/index.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { CommitOutcomeUnknownError, RefusedError, UnavailableError } from '../../../lib/kv/errors.js'
import type { Compare, Op } from '../../../lib/kv/engine/engine.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { ManualClock, type Clock } from '../../../lib/movement/loop/clock.js'
import type { JobEnd, JobRun, RunnerMessage } from '../../../lib/runner/host/job-run.js'
import { Keys, readJobState, type JobEntry, type JobId, type JobState } from '../../../lib/runner/index.js'
import type { AttemptRecord } from '../../../lib/runner/node/history.js'
import { Node, type NodeOptions } from '../../../lib/runner/node/node.js'
import type { StartRequest } from '../../../lib/runner/node/starter.js'

const EXIT = { code: 0, signal: null, why: 'it returned' }

/** A job's process, as the test plays it. It ends when it is asked to, unless it is stubborn. */
export class FakeRun implements JobRun {
  readonly pid = 1
  readonly told: RunnerMessage[] = []
  readonly stops: string[] = []
  readonly kills: string[] = []
  confirmedForMs = 0
  readonly request: StartRequest
  readonly node: string
  readonly ended: Promise<JobEnd>
  isStubborn = false
  isAlive = true
  #end: (end: JobEnd) => void = () => undefined

  constructor(node: string, request: StartRequest) {
    this.node = node
    this.request = request
    this.ended = new Promise((resolve) => {
      this.#end = (end) => {
        this.isAlive = false
        resolve(end)
      }
    })
  }

  tell(message: RunnerMessage): void {
    this.told.push(message)
  }

  confirm(forMs: number): void {
    this.confirmedForMs = forMs
  }

  stop(reason: string): void {
    this.stops.push(reason)
    if (!this.isStubborn) this.#end({ outcome: 'cancelled', reason, exit: EXIT })
  }

  kill(reason: string): void {
    this.kills.push(reason)
    this.#end({ outcome: 'cancelled', reason, exit: { code: null, signal: 'SIGKILL', why: reason } })
  }

  succeed(result: JsonObject | number | null = null): void {
    this.#end({ outcome: 'success', result, exit: EXIT })
  }

  lose(reason: string): void {
    this.#end({ outcome: 'lost', reason, exit: EXIT })
  }

  fail(message = 'no', more: { isRetryable?: boolean } = {}): void {
    this.#end({ outcome: 'failed', error: { name: 'Error', message, ...more }, exit: { ...EXIT, code: 1 } })
  }
}

/** The store behind a node's own link, which may break. */
export class LinkedEngine extends MemoryEngine {
  readonly #shared: MemoryEngine
  isUp = true
  /** What a value may have, in characters. */
  valueMax = Infinity
  /** Keys that may not be written, and how often it was tried. */
  readOnly: RegExp | null = null
  refused = 0
  /** A commit that writes such a key is applied, and its answer is lost. Once. */
  muteFor: RegExp | null = null

  constructor(shared: MemoryEngine, clock: Clock) {
    super({ clock, opsMax: 128, revisionsMax: Infinity })
    this.#shared = shared
  }

  #check(): void {
    if (!this.isUp) throw new UnavailableError(this.name, 'the link is down')
  }

  override async range(...args: Parameters<MemoryEngine['range']>) {
    this.#check()
    return this.#shared.range(...args)
  }

  override async commit(compares: readonly Compare[], ops: readonly Op[], otherwise: readonly Op[]) {
    this.#check()
    for (const op of ops) {
      if (op.op === 'put' && op.value.length > this.valueMax) {
        throw new RefusedError(this.name, 'request is too large')
      }
      if (op.op === 'put' && this.readOnly?.test(op.key) === true) {
        this.refused += 1
        throw new RefusedError(this.name, 'permission denied')
      }
    }
    const committed = await this.#shared.commit(compares, ops, otherwise)
    if (committed.ok && ops.some((op) => op.op === 'put' && this.muteFor?.test(op.key) === true)) {
      this.muteFor = null
      throw new CommitOutcomeUnknownError(this.name, 'the link broke')
    }
    return committed
  }

  override watch(...args: Parameters<MemoryEngine['watch']>) {
    return this.#shared.watch(...args)
  }

  override async grant(...args: Parameters<MemoryEngine['grant']>) {
    this.#check()
    return this.#shared.grant(...args)
  }

  override async keepAlive(id: bigint) {
    this.#check()
    return this.#shared.keepAlive(id)
  }

  override async revoke(id: bigint) {
    this.#check()
    return this.#shared.revoke(id)
  }

  override async close() {
    // The store is everybody's.
  }
}

export type Fleet = ReturnType<typeof startFleet>

/** A store and a clock, and nodes as they are asked for. */
export function startFleet({ wallMs = 1_000_000_000 } = {}) {
  const clock = new ManualClock({ nowMs: 1_000_000_000, wallMs })
  const shared = new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity })
  const kv = new Backend(shared, { clock, log: silentLogger, commitTokens: false })
  const keys = new Keys()
  const runs: FakeRun[] = []
  const recorded: unknown[] = []
  let hash = 'first'
  let isRefused: Error | null = null
  const links = new Map<string, LinkedEngine>()
  const nodes: Node[] = []

  async function node(name: string, options: Partial<NodeOptions> = {}): Promise<Node> {
    const engine = new LinkedEngine(shared, clock)
    links.set(name, engine)
    const made = new Node({
      ...{ kv: new Backend(engine, { clock, log: silentLogger, commitTokens: false }), name, log: silentLogger },
      ...{ ttlMs: 10_000, guardMs: 2000, random: () => 0 },
      starter: {
        start: (request) => {
          if (isRefused !== null) return Promise.reject(isRefused)
          const run = new FakeRun(name, request)
          runs.push(run)
          return Promise.resolve({ run, codeHash: hash })
        },
        hashOf: () => Promise.resolve(hash),
      },
      errors: {
        told: (id, ending) => {
          recorded.push([id.path.join('.'), ending.outcome])
          return Promise.resolve()
        },
        spoilt: (path, { message }) => Promise.resolve(void recorded.push([path.join('.'), message])),
        resolve: () => Promise.resolve(),
      },
      servicesOf: () => undefined as never,
      ...options,
    })
    nodes.push(made)
    const opening = made.open()
    let isOpen = false
    opening.then(
      () => (isOpen = true),
      () => (isOpen = true),
    )
    await until(() => isOpen)
    await opening
    return made
  }

  /** Move the time on until something holds. */
  async function until(holds: () => unknown, { stepMs = 10, withinMs = 120_000 } = {}): Promise<void> {
    for (let passed = 0; ; passed += stepMs) {
      for (let turn = 0; turn < 20; turn++) {
        if (await holds()) return
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (passed >= withinMs) throw new Error(`it didn't hold within ${withinMs} ms: ${String(holds)}`)
      clock.advance(stepMs)
    }
  }

  return {
    ...{ clock, kv, keys, runs, links, recorded, node, until },
    /** Let time pass, and what becomes ready in it. */
    pass: async (ms: number, stepMs = 50) => {
      const end = clock.now() + ms
      await until(() => clock.now() >= end, { stepMs, withinMs: ms + stepMs })
    },
    now: () => clock.wall() / 1000,
    put: async (id: JobId, entry: Partial<JobEntry>) => {
      await kv.put(keys.job(id), JSON.stringify({ code: 'x', ...entry }))
    },
    state: async (id: JobId, name = 'a'): Promise<JobState> => {
      const [text] = await kv.get(keys.state(id, name))
      return readJobState(text === null ? {} : parseJson(text))
    },
    record: async (id: JobId, attempt: number, name = 'a'): Promise<AttemptRecord | null> => {
      const [text] = await kv.get(keys.attempt(id, name, attempt))
      return text === null ? null : (JSON.parse(text) as AttemptRecord)
    },
    setHash: (value: string) => (hash = value),
    refuse: (thrown: Error | string | null) => (isRefused = typeof thrown === 'string' ? new Error(thrown) : thrown),
    cut: (name: string, isCut = true) => (links.get(name)!.isUp = !isCut),
    limit: (name: string, valueMax: number) => (links.get(name)!.valueMax = valueMax),
    running: () => runs.filter(({ isAlive }) => isAlive),
    close: async () => {
      let isClosed = false
      void Promise.allSettled(nodes.map((one) => one.close())).then(() => (isClosed = true))
      await until(() => isClosed)
      await kv.close()
    },
  }
}

/** A job of kind any. */
export const anyJob = (...path: string[]): JobId => ({ kind: 'any', group: 'default', path })
/** A job of one node. */
export const atJob = (node: string, ...path: string[]): JobId => ({ kind: 'at', group: 'default', node, path })
/** A job of all nodes. */
export const allJob = (...path: string[]): JobId => ({ kind: 'all', group: 'default', path })
