/** Databases by address. */
import { fileURLToPath } from 'node:url'
import { describeValue } from '../errors/index.js'
import type { Backend, BackendOptions } from './backend/backend.js'
import { EmbeddedBackend } from './backend/embedded-backend.js'
import { Etcd3Backend } from './backend/etcd3-backend.js'
import { MemoryBackend } from './backend/memory-backend.js'
import type { EtcdOptions } from './etcd/options.js'

const ETCD_PORT = 2379

/** How a database is set up, whatever its address. TLS, user and password are for etcd alone. */
export interface OpenKvOptions extends BackendOptions, Pick<EtcdOptions, 'tls' | 'user' | 'password'> {
  /** How many revisions are kept behind the current one, in memory or in a file; etcd has its own ways. */
  readonly revisionsMax?: number
}

/** How each kind of address is opened, by what stands before its first colon. */
const SCHEMES: Readonly<Record<string, (options: OpenKvOptions, url: string) => Backend>> = {
  etcd: (options, url) => new Etcd3Backend({ ...options, endpoints: membersOf(url) }),
  file: (options, url) => new EmbeddedBackend({ ...options, file: fileOf(url) }),
  memory: (options) => new MemoryBackend(options),
}

/**
 * Open the database of an address: `memory:`, a new one in memory; `file:/var/lib/app/store.kv`, the one in a file, made
 * if it isn't there; `etcd://HOST:PORT,HOST:PORT`, that of a cluster of etcd, by any of its members.
 *
 * @throws {RangeError} If the address is of no kind that is known.
 * @example
 * await using kv = openKv('memory:')
 * await kv.put('/a', 'here')
 * assert.throws(() => openKv('redis://127.0.0.1'), /must begin with etcd:, file:, memory:/)
 */
export function openKv(url: string, options: OpenKvOptions = {}): Backend {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1] ?? ''
  const open = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined
  if (open !== undefined) return open(options, url)
  const known = Object.keys(SCHEMES).map((name) => `${name}:`)
  const advice = /^\.{0,2}\//.test(url) ? `. For a file write file:${url}` : ''
  throw new RangeError(
    `the address of a database must begin with ${known.join(', ')}: it is ${describeValue(url)}${advice}`,
  )
}

/**
 * The file of an address that begins with `file:`.
 *
 * @throws {RangeError} If it names none.
 * @example
 * assert.deepEqual(['file:a.kv', 'file:///b%20c'].map(fileOf), ['a.kv', '/b c'])
 */
export function fileOf(url: string): string {
  const rest = url.slice('file:'.length)
  if (rest.startsWith('//')) return fileURLToPath(url)
  if (rest !== '') return rest
  throw new RangeError('the address of a database in a file must name the file, as in file:/var/lib/app/store.kv')
}

function membersOf(url: string): string[] {
  if (url.includes('@')) {
    // Neither is shown: it may be a password.
    throw new RangeError('the address of a cluster of etcd must not hold a user or a password: they are options')
  }
  const names = /^etcd:\/\/([^/?#]+)\/?$/.exec(url)?.[1]
  if (names === undefined) {
    throw new RangeError(`the address of a cluster of etcd must be etcd://HOST:PORT,…: it is ${describeValue(url)}`)
  }
  return names.split(',').map((name) => (/:\d+$/.test(name) ? name : `${name}:${ETCD_PORT}`))
}
