/** A train in which files stand for an app's supplies and drains. */
import { Drain, type DeadLetter, type EventLoop, type TrainOptions } from '../../movement/index.js'
import type { Last } from '../../movement/chain/line.js'
import type { LineMaker } from '../../movement/chain/line-maker.js'
import type { Letter } from '../replay/letter.js'
import type { Replayable } from '../replay/letter-supply.js'
import { ReplayTrain } from '../replay/replay-train.js'
import { readLines, type ExampleInput } from './example-files.js'

/** How the drain of the dead letters is called. */
export const DEAD = 'dead'

/** Keeps what it is given, as lines: texts as they are, all else as JSON. */
export class ExampleDrain extends Drain<unknown> {
  readonly lines: string[] = []

  get flushed(): number {
    return this.lines.length
  }

  take(data: unknown): void {
    this.lines.push(...(typeof data === 'string' ? data : JSON.stringify(data)).split('\n'))
  }

  position(): number {
    return this.lines.length
  }
}

/** The train that an app composes: its supplies are fed from files, and its drains are lists of lines. */
export class ExampleTrain extends ReplayTrain {
  declare readonly line: LineMaker
  /** By the drains in whose places they stand, in the order in which they were coupled. */
  readonly #drains = new Map<object, ExampleDrain>()
  readonly #deadDrains = new Set<ExampleDrain>()

  constructor(esc: EventLoop, options: TrainOptions) {
    super(esc, options)
    const couple = this.line as unknown as (...stages: unknown[]) => unknown
    this.line = ((...stages: unknown[]) =>
      couple(...stages.map((stage) => this.#insteadOf(stage)))) as unknown as LineMaker
  }

  override deadLettersTo<A>(first: Last<DeadLetter, A>, ...rest: unknown[]): void {
    const [mine, ...others] = [first, ...rest].map((stage) => {
      const instead = this.#insteadOf(stage)
      if (instead instanceof ExampleDrain) this.#deadDrains.add(instead)
      return instead
    })
    super.deadLettersTo(mine as Last<DeadLetter, A>, ...others)
  }

  /**
   * Let a file stand for a supply.
   *
   * @throws {ReplayError} If there is no such supply, or several and none is named.
   */
  read({ path, supply, isJson }: ExampleInput): void {
    const fed = this.feed(supply, lettersOf(path))
    if (isJson) fed.dress = (line) => JSON.parse(line) as unknown
  }

  /** What came, by drain: `''` is the first, then the others by their classes, numbered; `dead` takes dead letters. */
  outputs(): Map<string, readonly string[]> {
    const all = [...this.#drains]
    const names = all.map(([{ constructor }]) => constructor.name)
    const outputs = new Map<string, readonly string[]>()
    let isFirst = true
    all.forEach(([, drain], i) => {
      const isOnly = names.indexOf(names[i] ?? '') === names.lastIndexOf(names[i] ?? '')
      const number = names.slice(0, i + 1).filter((name) => name === names[i]).length
      const name = isOnly ? names[i] : `${names[i]}#${number}`
      if (this.#deadDrains.has(drain)) outputs.set(DEAD, drain.lines)
      else outputs.set(isFirst ? '' : (name ?? ''), drain.lines)
      if (!this.#deadDrains.has(drain)) isFirst = false
    })
    return outputs
  }

  #insteadOf(stage: unknown): unknown {
    if (!(stage instanceof Drain)) return stage
    const drain = this.#drains.get(stage) ?? new ExampleDrain(this, {})
    this.#drains.set(stage, drain)
    return drain
  }
}

function* lettersOf(path: string): Generator<Replayable> {
  let line = 0
  for (const text of readLines(path)) {
    const letter: Letter = { line: ++line, id: '', cog: '', from: {}, original: null, data: null }
    yield { ...letter, original: Buffer.from(text) }
  }
}
