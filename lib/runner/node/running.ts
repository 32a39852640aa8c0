/** What a runner runs, by the names of jobs: all of it is told, ended and confirmed together. */
import type { RunnerMessage } from '../host/job-run.js'
import type { Attempt, StopReason } from './attempt.js'
import type { Starter } from './starter.js'

/** The attempts of a runner. */
export class Running {
  readonly #attempts = new Map<string, Attempt>()
  readonly #lives = new Set<Promise<void>>()

  get(name: string): Attempt | undefined {
    return this.#attempts.get(name)
  }

  [Symbol.iterator](): IterableIterator<Attempt> {
    return this.#attempts.values()
  }

  /** Let an attempt live. `over` is told when its process is gone and its end is written; it may take its time. */
  add(name: string, attempt: Attempt, over: () => Promise<void>): void {
    this.#attempts.set(name, attempt)
    const life = attempt.live().then(() => {
      this.#attempts.delete(name)
      return over()
    })
    this.#lives.add(life)
    void life.finally(() => this.#lives.delete(life))
  }

  /** Resolves when nothing runs any more. */
  async ended(): Promise<void> {
    while (this.#lives.size > 0) await Promise.all(this.#lives)
  }

  /** End everything, with its time of grace. */
  stop(reason: StopReason): void {
    for (const attempt of this) attempt.stop(reason)
  }

  /** End everything at once. */
  kill(reason: StopReason): void {
    for (const attempt of this) attempt.kill(reason)
  }

  tell(message: RunnerMessage): void {
    for (const attempt of this) attempt.tell(message)
  }

  /** All claims are good for so long. */
  confirm(forMs: number): void {
    for (const attempt of this) attempt.confirm(forMs)
  }

  /** Stored code was written: what would run another closure by now begins anew. */
  async codeChanged(starter: Pick<Starter, 'hashOf'>): Promise<void> {
    await Promise.all(
      [...this].map(async (attempt) => {
        if (attempt.codeHash === null) return
        const hash = await starter.hashOf(attempt.entry)
        // Code that can't run any more is a reason to go on with what could.
        if (hash !== null && hash !== attempt.codeHash) attempt.stop('changed')
      }),
    )
  }
}
