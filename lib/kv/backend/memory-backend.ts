/** A database in memory: for tests, and for whoever needs no more. */
import { SystemClock } from '../../movement/loop/clock.js'
import { MemoryEngine, type MemoryEngineOptions } from '../memory/memory-engine.js'
import { Backend, type BackendOptions } from './backend.js'

/** How a database in memory is set up. */
export interface MemoryBackendOptions extends BackendOptions, Partial<MemoryEngineOptions> {}

/**
 * A database in memory that behaves as etcd does. Every object is a database of its own.
 *
 * A commit may have 128 conditions and as many operations, as in etcd: what fits here fits there. `opsMax` raises it.
 * The last 100,000 revisions can be read, `revisionsMax`.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await kv.create('/a', 'here')
 * assert.equal((await kv.get('/a'))[0], 'here')
 */
export class MemoryBackend extends Backend {
  constructor(options: MemoryBackendOptions = {}) {
    const { clock = new SystemClock(), opsMax = 128, revisionsMax = 100_000 } = options
    super(new MemoryEngine({ clock, opsMax, revisionsMax }), options)
  }
}
