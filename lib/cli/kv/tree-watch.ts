/** A key, or a key and what lies below it, followed revision by revision, with what each change made of what was there. */
import { SystemClock } from '../../movement/loop/clock.js'
import type { Change, Engine, Kv } from '../../kv/engine/engine.js'
import { keyOf, pathOf, comparePaths } from '../../kv/path.js'
import { RangeFeed } from '../../kv/watch/range-feed.js'
import { ALL_PATHS, isIn, readTree } from './subtree.js'
import type { What } from './tell-change.js'

/** One key, and what became of it. */
export interface TreeChange {
  readonly revision: number
  readonly what: What
  readonly path: string
  readonly before?: Kv | undefined
  readonly now?: Kv | undefined
}

/** What one revision changed; or what is different behind history that is missing. */
export interface TreeStep {
  readonly changes: readonly TreeChange[]
  /** From which revision to which history is missing; null: none is. */
  readonly gap: readonly [from: number, to: number] | null
}

/** So many steps wait here at most. */
const STEPS_MAX = 1000

/**
 * Follows a tree for `for await`. One range holds all depths, so that what a transaction did stays together; what lies
 * elsewhere is passed by. Who is slow loses nothing: what comes meanwhile waits in the store's history.
 */
export class TreeWatch implements AsyncIterable<TreeStep> {
  /** What is there, in the order of paths, up to the last step that was given out. */
  readonly state: ReadonlyMap<string, Kv>
  readonly #now: Map<string, Kv>
  readonly #tree: string
  readonly #isWhole: boolean
  readonly #feed: RangeFeed
  /** What came, each to be told of the state that it meets. */
  readonly #steps: (() => TreeStep)[] = []
  #revision: number
  #isOver = false
  #failure: Error | null = null
  #wake: () => void = () => undefined

  private constructor(engine: Engine, tree: string, isWhole: boolean, revision: number, state: Map<string, Kv>) {
    this.state = this.#now = state
    this.#tree = tree
    this.#isWhole = isWhole
    this.#revision = revision
    const range = isWhole ? ALL_PATHS : { key: keyOf(tree) }
    this.#feed = new RangeFeed(
      engine,
      range,
      revision + 1,
      {
        changed: (changes, at) => {
          this.#revision = at
          const ours = changes.filter(({ kv }) => this.#pathOf(kv) !== null)
          if (ours.length > 0) this.#take(() => ({ changes: this.#changesOf(ours, at), gap: null }))
        },
        state: (kvs, at) => {
          const gap = [this.#revision + 1, at] as const
          this.#revision = at
          this.#take(() => ({ changes: this.#differences(kvs, at), gap }))
        },
        failed: (error) => this.#end(error),
      },
      { clock: new SystemClock() },
    )
  }

  /** Read what is there, and follow it from there. `isWhole`: what lies below, too. */
  static async open(engine: Engine, tree: string, isWhole: boolean): Promise<TreeWatch> {
    const { revision, found } = await readTree(engine, tree, { levels: isWhole ? Infinity : 0 })
    return new TreeWatch(engine, tree, isWhole, revision, new Map(found.map(({ path, kv }) => [path, kv])))
  }

  /** End it; a loop over it ends when it has had what came before. */
  close(): void {
    this.#end(null)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TreeStep, void, undefined> {
    try {
      for (;;) {
        const step = this.#steps.shift()
        if (step !== undefined) {
          yield this.#next(step)
          if (this.#steps.length === 0 && !this.#isOver) this.#feed.resume()
        } else if (this.#failure !== null) throw this.#failure
        else if (this.#isOver) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      this.close()
    }
  }

  #take(step: () => TreeStep): void {
    this.#steps.push(step)
    if (this.#steps.length >= STEPS_MAX) this.#feed.pause()
    this.#wake()
  }

  #next(step: () => TreeStep): TreeStep {
    const taken = step()
    for (const { path, now } of taken.changes) {
      if (now === undefined) this.#now.delete(path)
      else this.#now.set(path, now)
    }
    return taken
  }

  #changesOf(changes: readonly Change[], revision: number): TreeChange[] {
    return changes.flatMap(({ type, kv }): TreeChange[] => {
      const path = this.#pathOf(kv)
      if (path === null) return []
      const before = this.#now.get(path)
      if (type === 'delete') return [{ revision, what: 'deleted', path, before }]
      return [{ revision, what: kv.version === 1 ? 'created' : 'changed', path, before, now: kv }]
    })
  }

  /** What leads from what was there to what is. */
  #differences(kvs: readonly Kv[], revision: number): TreeChange[] {
    const there = new Map<string, Kv>()
    for (const kv of kvs) {
      const path = this.#pathOf(kv)
      if (path !== null) there.set(path, kv)
    }
    const paths = [...new Set([...this.#now.keys(), ...there.keys()])].sort(comparePaths)
    return paths.flatMap((path): TreeChange[] => {
      const [before, now] = [this.#now.get(path), there.get(path)]
      if (now === undefined) return [{ revision, what: 'deleted', path, before }]
      if (before?.mod === now.mod) return []
      return [{ revision: now.mod, what: before === undefined ? 'created' : 'changed', path, before, now }]
    })
  }

  #pathOf(kv: Kv): string | null {
    const path = pathOf(kv.key)
    if (path === null) return null
    return this.#isWhole && !isIn(this.#tree, path) ? null : path
  }

  #end(failure: Error | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    this.#feed.close()
    this.#wake()
  }
}
