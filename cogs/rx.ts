import {
  Cog,
  describeValue,
  requireFunction,
  requireOneOf,
  toError,
  type Hold,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { Chain, type Operators } from '../lib/rx/chain.js'
import { escapementScheduler } from '../lib/rx/scheduler.js'

const ORIGINS = ['turn', 'next', 'each'] as const

/** The operators, and which data an output comes from. */
export interface RxOptions<In, Out> {
  /** Gets the source and a scheduler on the train's clock: `(source$, on) => source$.pipe(debounceTime(50, on))`. */
  readonly operators: Operators<In, Out>
  /**
   * What no operator says by itself, and the life of an event needs: which data an output comes from.
   * `turn`, the default: from the datum whose turn it is; what gives nothing at once is swallowed (map, filter, scan).
   * `next`: from all since the output before, which stay open until it comes (bufferTime, debounceTime): fewer than
   * the train's `inFlightMax`.
   * `each`: the n-th output from the n-th datum (delay, concatMap with one result).
   */
  readonly origins?: (typeof ORIGINS)[number]
}

/**
 * Run a chain of RxJS operators as a cog.
 *
 * In and out: whatever the operators take and give. Once the chain has completed by itself (`take`), data are
 * swallowed. When an operator fails, the datum whose turn it is fails, and with it those that the chain still held;
 * the next datum meets a new chain. At the end of the train the source completes and the cog waits for the chain.
 *
 * @throws {TypeError} If `operators` is no function.
 * @throws {RangeError} If `origins` is none of its values.
 * @throws {Error} From a turn: whatever an operator throws. From finish: if there was an output without an origin.
 * @example
 * const rx = new Rx(train, { operators: (source$) => source$ })
 * assert.deepEqual(rx.turn(7), [7])
 */
export class Rx<In, Out = In> extends Cog<In, Out, Required<RxOptions<In, Out>>> {
  private readonly chain: Chain<In, Out>
  /** What the chain has not answered yet. */
  private pending: Hold<In>[] = []
  /** What a turn has settled, to be done behind that turn. */
  private settled: (() => void)[] = []
  /** What comes out while something is pushed in; null while nothing is. */
  private outputs: Out[] | null = null
  private thrown: { readonly error: unknown } | null = null
  private orphaned: Error | null = null
  private isOver = false
  private onOver: (() => void) | null = null

  constructor(train: Winder, options: RxOptions<In, Out>) {
    super(train, { origins: 'turn', ...options })
    requireFunction(options, 'operators')
    const { operators } = this.options
    requireOneOf(ORIGINS, this.options, 'origins')
    this.chain = new Chain(operators, escapementScheduler(this.train.esc), {
      next: (output) => {
        if (this.outputs === null) this.runSettled(...this.settle([output]))
        else this.outputs.push(output)
      },
      error: (error) => {
        if (this.outputs === null) this.runSettled(this.fail(error))
        else this.thrown = { error }
      },
      complete: () => {
        this.isOver = true
        if (this.outputs === null) this.runSettled(this.letGo())
        this.onOver?.()
      },
    })
  }

  turn(data: In): Turn<Out> {
    if (this.isOver) return null
    const outputs = this.push(() => this.chain.next(data))
    const isFirst = this.pending.length === 0 && this.settled.length === 0
    const isPlain = this.options.origins === 'turn' || (isFirst && outputs.length === 1)
    if (isPlain) return outputs.length === 0 ? null : outputs
    this.pending.push(this.train.hold(data))
    this.behindTurn(...this.settle(outputs))
    return null
  }

  override async finish(): Promise<void> {
    this.runSettled()
    if (!this.isOver) {
      const over = new Promise<void>((resolve) => (this.onOver = resolve))
      try {
        this.runSettled(...this.settle(this.push(() => this.chain.complete())))
        if (!this.hasEnded()) await over
      } finally {
        this.runSettled()
      }
    }
    if (this.orphaned !== null) throw this.orphaned
  }

  override done(): void {
    this.chain.close()
  }

  /** What comes out at once when something is pushed in. */
  private push(go: () => void): Out[] {
    const outputs: Out[] = []
    this.outputs = outputs
    try {
      go()
    } finally {
      this.outputs = null
    }
    const { thrown } = this
    if (thrown === null) return outputs
    this.thrown = null
    if (this.pending.length > 0) this.behindTurn(this.fail(thrown.error))
    throw toError(thrown.error)
  }

  /** A question of its own, for the compiler takes the property for what it was before the chain ran. */
  private hasEnded(): boolean {
    return this.isOver
  }

  /** What is to be done about outputs: which data they come from is settled now, for more may come in before it is done. */
  private settle(outputs: readonly Out[]): (() => void)[] {
    const steps: (() => void)[] = []
    if (this.options.origins === 'next') {
      const holds = outputs.length > 0 ? this.pending.splice(0) : null
      if (holds !== null) steps.push(() => this.giveAll(holds, outputs))
    } else {
      for (const output of outputs) {
        const hold = this.pending.shift()
        steps.push(() => (hold === undefined ? this.orphan(output) : this.train.resume(hold, [output])))
      }
    }
    return this.isOver ? [...steps, this.letGo()] : steps
  }

  /** All holds became the first output; if there are more, the newest datum became the others. */
  private giveAll(holds: Hold<In>[], outputs: readonly Out[]): void {
    const [first, ...others] = outputs
    const newest = others.length > 0 && holds.length > 1 ? holds.pop() : undefined
    const [only] = holds
    if (only === undefined) outputs.forEach((output) => this.orphan(output))
    else if (holds.length > 1) this.train.merge(holds, first)
    else this.train.resume(only, newest === undefined ? outputs : [first])
    if (newest !== undefined) this.train.resume(newest, others)
  }

  /** An operator failed, and all that the chain still held is lost to it. */
  private fail(error: unknown): () => void {
    const holds = this.pending.splice(0)
    return () => {
      if (holds.length === 0) {
        this.train.log.error({ err: error }, 'an operator failed when no datum was left to blame')
        this.orphaned ??= toError(error)
      }
      for (const hold of holds) this.train.reject(hold, error)
    }
  }

  private letGo(): () => void {
    const holds = this.pending.splice(0)
    return () => holds.forEach((hold) => this.train.resume(hold, null))
  }

  private orphan(output: Out): void {
    const { origins } = this.options
    const rule = `an output of operators must come from a datum (origins: ${origins})`
    const message = `${rule}: ${describeValue(output)} comes from none`
    this.train.log.error(message)
    this.orphaned ??= new Error(message)
  }

  private behindTurn(...steps: (() => void)[]): void {
    if (this.settled.length === 0 && steps.length > 0) this.train.esc.enqueue(() => this.runSettled())
    this.settled.push(...steps)
  }

  /** Do what turns have settled, and then these. */
  private runSettled(...steps: (() => void)[]): void {
    for (const step of [...this.settled.splice(0), ...steps]) step()
  }
}
