/** The place of a daemon's values, as its settings say. What a kind of place needs is loaded with the first of its kind. */
import { join } from 'node:path'
import { ConfigError } from '../../errors/index.js'
import type { OpenKvOptions } from '../../kv/open-kv.js'
import type { EventLoop } from '../../movement/index.js'
import type { Logger } from '../../movement/logger.js'
import type { PersistSettings } from './base-config.js'
import { FilePersistence } from './file.js'
import { PersistMemory } from './memory.js'
import type { Persistence, Place } from './persistence.js'
import { readPythonValues } from './python-values.js'

/** What else decides about the place. */
export interface OpenPersistenceOptions {
  readonly esc: EventLoop
  readonly log: Logger
  /** Where this machine keeps what is to outlive a process. */
  readonly stateDirectory: string
  /** The directory of mKTL's files: values that a daemon in Python saved there are taken over, if there are none here yet. */
  readonly home?: string
  /** The database: its address, that in the state directory by default, what its paths begin with, and how it is reached. */
  readonly kv?: OpenKvOptions & { readonly url?: string | null; readonly prefix?: string }
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The usual place, with the usual settings. */
interface InKv {
  readonly in: 'kv'
  readonly ttlMs?: number
}

/**
 * How places are opened, for the option `persistence` of a daemon.
 *
 * @throws {ConfigError} If something that a store like S3 needs is not set.
 */
export function openPersistence(
  settings: PersistSettings | InKv,
  options: OpenPersistenceOptions,
): (place: Place) => Promise<Persistence> {
  const { home, log } = options
  const open = openerOf(settings, options)
  return async (place) => {
    const persistence = await open(place)
    return home === undefined
      ? persistence
      : new Migrated(persistence, () => readPythonValues(home, place.uuid, log), log)
  }
}

type Opener = (place: Place) => Persistence | Promise<Persistence>

function openerOf(settings: PersistSettings | InKv, options: OpenPersistenceOptions): Opener {
  const { log, stateDirectory } = options
  switch (settings.in) {
    case 'file': {
      const directory = settings.directory ?? join(stateDirectory, 'persist')
      return (place) => new FilePersistence(place, { directory, log })
    }
    case 'memory': {
      const memory = new PersistMemory()
      return (place) => memory.of(place)
    }
    case 's3':
      return inS3(settings, options)
    case 'kv':
      return inKv({ ...settings, in: 'kv' }, options)
  }
}

function inKv({ ttlMs = TTL_MS }: InKv, { log, stateDirectory, kv = {} }: OpenPersistenceOptions): Opener {
  const { url, prefix = '/deadbeat/', ...reaching } = kv
  return async (place) => {
    const [{ openKv }, { KvPersistence }] = await Promise.all([import('../../kv/open-kv.js'), import('./kv.js')])
    const backend = openKv(url ?? `file:${join(stateDirectory, 'kv')}`, {
      log,
      revisionsMax: REVISIONS_MAX,
      ...reaching,
    })
    return new KvPersistence(place, { kv: backend, log, prefix, ttlMs, isOwn: true })
  }
}

const TTL_MS = 10_000
/** Each save is one, and nobody needs the old ones. */
const REVISIONS_MAX = 1000
const REGION = 'us-east-1'

function inS3({ s3 }: PersistSettings, { esc, log, env = process.env }: OpenPersistenceOptions): Opener {
  const { url, bucket, prefix, timeoutMs, retriesMax, objectBytesMax } = s3
  const accessKeyId = s3.accessKeyId ?? env['AWS_ACCESS_KEY_ID'] ?? ''
  const secretAccessKey = s3.secretAccessKey ?? env['AWS_SECRET_ACCESS_KEY'] ?? ''
  const sessionToken = s3.sessionToken ?? env['AWS_SESSION_TOKEN'] ?? null
  const region = s3.region ?? env['AWS_REGION'] ?? REGION
  const missing = Object.entries({ url, bucket, accessKeyId, secretAccessKey }).filter(([, value]) => !value)
  if (url === null || bucket === null || missing.length > 0) {
    throw new ConfigError(missing.map(([name]) => `persist.s3.${name} must be set where persist.in is s3`))
  }
  const keys = { accessKeyId, secretAccessKey, sessionToken }
  return async (place) => {
    const { S3Persistence } = await import('./s3.js')
    return new S3Persistence(place, {
      esc,
      log,
      url,
      bucket,
      prefix,
      region,
      keys,
      timeoutMs,
      retriesMax,
      objectBytesMax,
    })
  }
}

/** A place that takes over what was saved elsewhere, as long as it has nothing itself. */
class Migrated implements Persistence {
  readonly #inner: Persistence
  readonly #elsewhere: () => ReadonlyMap<string, string>
  readonly #log: Logger

  constructor(inner: Persistence, elsewhere: () => ReadonlyMap<string, string>, log: Logger) {
    this.#inner = inner
    this.#elsewhere = elsewhere
    this.#log = log
  }

  get name(): string {
    return this.#inner.name
  }

  async load(): Promise<ReadonlyMap<string, string>> {
    const kept = await this.#inner.load()
    if (kept.size > 0) return kept
    const found = this.#elsewhere()
    if (found.size === 0) return kept
    await this.#inner.save(found)
    this.#log.info(
      { keys: [...found.keys()] },
      `the values that a daemon in Python saved were taken over to ${this.name}`,
    )
    return found
  }

  save(changes: ReadonlyMap<string, string>): Promise<void> {
    return this.#inner.save(changes)
  }

  putAside(key: string, why: string): Promise<string> {
    return this.#inner.putAside(key, why)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
