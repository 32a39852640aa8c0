/** A store in memory for the tests of what stands on engines. */
import type { Engine, Op } from '../../lib/kv/engine/engine.js'
import { MemoryEngine, type MemoryEngineOptions } from '../../lib/kv/memory/memory-engine.js'
import { keyOf } from '../../lib/kv/path.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'

/** A store on a clock of its own, and short ways to write into it: paths, null deletes, one commit a call. */
export function memoryStore(options: Partial<MemoryEngineOptions> = {}) {
  const clock = new ManualClock()
  const engine = new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity, ...options })
  return {
    clock,
    engine,
    write: (values: Record<string, string | null>) => writeTo(engine, values),
  }
}

/** Write values by path in one commit; null deletes. Answers the revision. */
export async function writeTo(engine: Engine, values: Record<string, string | null>): Promise<number> {
  const ops = Object.entries(values).map(([path, value]): Op => {
    if (value === null) return { op: 'delete', key: keyOf(path) }
    return { op: 'put', key: keyOf(path), value: Buffer.from(value), lease: 0n }
  })
  return (await engine.commit([], ops)).revision
}
