/** A daemon behind a link in a test: what it has, and what it was asked. */
import type { Link, LinkState, Reading } from '../../lib/items/index.js'

/** A link whose other side is played by the test. */
export class FakeLink implements Link {
  readonly has = new Map<string, Reading>()
  readonly asked: unknown[] = []
  readonly #listeners = new Map<string, (reading: Reading, missed: number) => void>()
  readonly #stateListeners = new Set<(state: LinkState) => void>()
  state: LinkState = 'connected'
  /** Runs before a SET is answered. */
  beforeAnswer: (value: unknown) => unknown = (value) => value

  get stateListeners(): number {
    return this.#stateListeners.size
  }

  /** Whether somebody has subscribed. */
  isHeard(key: string): boolean {
    return this.#listeners.has(key)
  }

  /** The daemon publishes. */
  publish(key: string, value: unknown, time: number, missed = 0): void {
    this.has.set(key, { value, time })
    this.#listeners.get(key)?.({ value, time }, missed)
  }

  go(state: LinkState): void {
    this.state = state
    for (const listener of this.#stateListeners) listener(state)
  }

  get(key: string, { refresh = false }: { refresh?: boolean }): Promise<Reading> {
    this.asked.push(['get', key, refresh])
    const reading = this.has.get(key)
    return reading === undefined ? Promise.reject(new RangeError(`no ${key}`)) : Promise.resolve(reading)
  }

  set(key: string, value: unknown): Promise<unknown> {
    this.asked.push(['set', key, value])
    return Promise.resolve(value).then((asked) => this.beforeAnswer(asked))
  }

  call(): Promise<unknown> {
    return Promise.resolve(null)
  }

  async *stream(): AsyncGenerator {
    yield await Promise.resolve(null)
  }

  subscribe(key: string, listener: (reading: Reading, missed: number) => void): () => void {
    this.#listeners.set(key, listener)
    return () => void this.#listeners.delete(key)
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => void this.#stateListeners.delete(listener)
  }
}
