/** A database in a file: durable, without a server, for several processes of one machine at once. */
import { SystemClock } from '../../movement/loop/clock.js'
import { EmbeddedEngine, type EmbeddedEngineOptions } from '../embedded/embedded-engine.js'
import { Backend, type BackendOptions } from './backend.js'

/** How a database in a file is set up. */
export interface EmbeddedBackendOptions
  extends BackendOptions, Pick<EmbeddedEngineOptions, 'file'>, Partial<Omit<EmbeddedEngineOptions, 'file'>> {}

/**
 * A database in a file that behaves as etcd does. Several processes of one machine may have it open at once, and each
 * hears at once what another changes.
 *
 * What was written is on the disk when it resolves. The last 100,000 revisions can be read, `revisionsMax`. Where inotify
 * can't tell of changes the file is looked at every 100 ms, `pollMs`.
 * While another process writes, commits wait, 5 s at most, `busyMs`.
 *
 * @throws {StoreFileError} If the file is no store, is damaged, or has a newer format.
 * @throws {RefusedError} If it may not be read or written.
 * @throws {UnavailableError} If its disk is full, its directory can't be made, or another process writes it all the time.
 * @example
 * const { mkdtempSync, rmSync } = await import('node:fs')
 * const { tmpdir } = await import('node:os')
 * const directory = mkdtempSync(`${tmpdir()}/store-`)
 * const kv = new EmbeddedBackend({ file: `${directory}/store.kv` })
 * await kv.put('/a', 'here')
 * const beside = new EmbeddedBackend({ file: `${directory}/store.kv` })
 * assert.equal((await beside.get('/a'))[0], 'here')
 * await Promise.all([kv.close(), beside.close()])
 * rmSync(directory, { recursive: true })
 */
export class EmbeddedBackend extends Backend {
  constructor(options: EmbeddedBackendOptions) {
    const { file, clock = new SystemClock(), revisionsMax = 100_000, pollMs = 100, busyMs = 5000, boot } = options
    super(new EmbeddedEngine({ file, clock, revisionsMax, pollMs, busyMs, ...(boot && { boot }) }), options)
  }
}
