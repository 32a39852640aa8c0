/** What keeps whoever has lost a job from writing for it: each write depends on the claim that the attempt began with. */
import { parseJson, type Backend, type Lease, type Transaction, type TxnOptions } from '../../kv/index.js'
import { RunnerError } from '../errors.js'

/** A claim that was won. */
export interface Claim {
  /** Its key. */
  readonly path: string
  /** What tells the attempt from all others. */
  readonly run: string
  /** The revision at which it was created: greater than that of every earlier claim of the job. */
  readonly token: number
  readonly lease: Lease
}

/** The claim of one attempt, as a condition of its writes. */
export class Fence {
  readonly claim: Claim
  readonly #kv: Backend
  readonly #isSure: () => boolean
  #isLost = false

  /** @param isSure whether the claim's lease can be relied on at this moment. */
  constructor(kv: Backend, claim: Claim, isSure: () => boolean) {
    this.#kv = kv
    this.claim = claim
    this.#isSure = isSure
  }

  /** The fencing token: who keeps the greatest that it saw and refuses lower ones, heeds no attempt that was lost. */
  get token(): number {
    return this.claim.token
  }

  /** Whether the claim's lease can be relied on at this moment. */
  get isSure(): boolean {
    return this.#isSure()
  }

  /** Whether the job is still this attempt's, as far as can be known here. */
  get holds(): boolean {
    return !this.#isLost && this.#isSure()
  }

  /** @throws {RunnerError} ERR_FENCED, if the job isn't this attempt's any more, as far as can be known here. */
  check(): void {
    if (!this.holds) throw this.#refusal()
  }

  /**
   * Make a transaction depend on the claim: it is committed only if the claim is there at that moment.
   *
   * @throws {RunnerError} ERR_FENCED, if it isn't.
   */
  async guard(txn: Transaction): Promise<void> {
    const text = await txn.get(this.claim.path)
    if (text !== null && runOf(text) === this.claim.run) return
    this.#isLost = true
    throw this.#refusal()
  }

  /**
   * Write as the owner of the job.
   *
   * @throws {RunnerError} ERR_FENCED, if it is another's by now: then nothing is written.
   */
  async write<T>(body: (txn: Transaction) => T | Promise<T>, options: TxnOptions = {}): Promise<T> {
    this.check()
    return this.#kv.transact(async (txn) => {
      await this.guard(txn)
      return body(txn)
    }, options)
  }

  /**
   * The same for the last words of an attempt, which may come when the lease can't be relied on any more, as the process
   * is gone: the claim alone decides. Where it went with its lease and nobody has another, the state does, if it is given:
   * whoever takes the job, or puts it in order, writes that.
   *
   * @throws {RunnerError} ERR_FENCED, if the job is another's by now.
   */
  writeLast<T>(body: (txn: Transaction) => T | Promise<T>, statePath: string | null = null): Promise<T> {
    return this.#kv.transact(async (txn) => {
      const isFree = statePath !== null && (await txn.get(this.claim.path)) === null
      if (!isFree || runOf((await txn.get(statePath)) ?? '{}') !== this.claim.run) await this.guard(txn)
      return body(txn)
    })
  }

  #refusal(): RunnerError {
    const { path, run } = this.claim
    return new RunnerError('ERR_FENCED', `run ${run} must not write any more: it has lost its claim ${path}`)
  }
}

/** Which run a claim or a state is of; null if it says none. */
export function runOf(text: string): string | null {
  try {
    const { run } = parseJson(text)
    return typeof run === 'string' ? run : null
  } catch {
    return null
  }
}
