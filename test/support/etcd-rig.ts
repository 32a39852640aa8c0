/** A client of a real etcd, and what a test looks at of its watches. */
import { EtcdEngine } from '../../lib/kv/etcd/etcd-engine.js'
import type { EtcdOptions } from '../../lib/kv/etcd/options.js'
import type { Change, Engine, WatchSink } from '../../lib/kv/engine/engine.js'
import { NO_LEASE } from '../../lib/kv/engine/lease-id.js'
import type { Cleanups } from './supplied.js'

/** A client of whoever listens at a port, closed with the test. */
export function engineAt(cleanups: Cleanups, { port }: { port: number }, options: EtcdOptions = {}): EtcdEngine {
  const engine = new EtcdEngine({ port, ...options })
  cleanups.add(() => engine.close())
  return engine
}

/** Write a key. */
export async function put(engine: Engine, key: string, value = ''): Promise<number> {
  const { revision } = await engine.commit([], [{ op: 'put', key, value: Buffer.from(value), lease: NO_LEASE }])
  return revision
}

/** Remembers what it is told, and lets a test wait for it. */
export class Told implements WatchSink {
  readonly revisions: number[] = []
  readonly changes: Change[] = []
  readonly progresses: number[] = []
  openedAt: number | null = null
  gapAt: number | null = null
  error: Error | null = null
  private readonly waiting: { isSo: () => boolean; resolve: () => void }[] = []

  opened(revision: number): void {
    this.openedAt = revision
    this.look()
  }

  changed(changes: readonly Change[], revision: number): void {
    this.revisions.push(revision)
    this.changes.push(...changes)
    this.look()
  }

  progress(revision: number): void {
    this.progresses.push(revision)
    this.look()
  }

  gap(compactRevision: number): void {
    this.gapAt = compactRevision
    this.look()
  }

  failed(error: Error): void {
    this.error = error
    this.look()
  }

  /** Resolve once something is so. */
  until(isSo: (told: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ isSo: () => isSo(this), resolve })
      this.look()
    })
  }

  /** The keys that were written or deleted, and their values. */
  get texts(): string[] {
    return this.changes.map(({ type, kv }) =>
      type === 'put' ? `${kv.key}=${Buffer.from(kv.value).toString()}` : `-${kv.key}`,
    )
  }

  private look(): void {
    for (const { isSo, resolve } of this.waiting) if (isSo()) resolve()
  }
}
