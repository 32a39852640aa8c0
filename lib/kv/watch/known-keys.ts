/** The keys that a watch knows, so that behind missing history it can say what is new, changed and gone. */
import type { Change, Kv } from '../engine/engine.js'
import type { Key } from '../engine/range.js'

const NOTHING = new Uint8Array(0)

/** The keys of one range, each with the revision of its last write. */
export class KnownKeys {
  private readonly mods = new Map<Key, number>()

  constructor(kvs: readonly Kv[]) {
    for (const { key, mod } of kvs) this.mods.set(key, mod)
  }

  /** How many there are. */
  get size(): number {
    return this.mods.size
  }

  /** Learn what has changed. */
  apply(changes: readonly Change[]): void {
    for (const { type, kv } of changes) {
      if (type === 'put') this.mods.set(kv.key, kv.mod)
      else this.mods.delete(kv.key)
    }
  }

  /**
   * What leads from the known state to another: the puts in order of their revisions, then what is gone, as deleted at
   * the revision of that state.
   */
  changesTo(kvs: readonly Kv[], revision: number): readonly Change[] {
    const now = new Set(kvs.map(({ key }) => key))
    const puts = kvs.filter(({ key, mod }) => this.mods.get(key) !== mod).sort((a, b) => a.mod - b.mod)
    const gone = [...this.mods.keys()].filter((key) => !now.has(key))
    return [
      ...puts.map((kv): Change => ({ type: 'put', kv })),
      ...gone.map((key): Change => ({ type: 'delete', kv: { ...DELETED, key, mod: revision } })),
    ]
  }
}

const DELETED = { value: NOTHING, create: 0, version: 0, lease: 0n }
