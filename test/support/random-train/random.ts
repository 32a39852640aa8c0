/** Random choices that fast-check makes: it plays a run that failed again, with fewer and smaller ones. */
import fc, { type GeneratorValue } from 'fast-check'

const evenly = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat(max))

export class Random {
  readonly #draw: GeneratorValue

  constructor(draw: GeneratorValue) {
    this.#draw = draw
  }

  /** A whole number from 0 to below n, each as likely. */
  below(n: number): number {
    return this.#draw(evenly, Math.max(0, n - 1))
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}
