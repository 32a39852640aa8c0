/** Connections to Redis, by `ioredis`, which makes them again when they break. */
import type { Redis } from 'ioredis'
import { toError } from '../errors/index.js'
import type { NetLog } from './loop.js'
import { loadSoft } from './soft.js'

export type { Redis } from 'ioredis'

/** Configuration insert: which server, and as whom. */
export const redisConfig = {
  url: {
    doc: 'The server: redis://HOST:PORT/DB, or rediss for TLS.',
    format: 'url',
    default: 'redis://127.0.0.1:6379',
  },
  username: { doc: 'The user; not set: none.', format: 'text', default: null },
  password: { doc: 'Its password.', format: 'text', default: null, sensitive: true },
  stream: { doc: 'The key of the stream.', format: 'text' },
} as const

/** Which server, and as whom. */
export interface RedisOptions {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
}

/** The defaults of `redisConfig`. */
export const REDIS_DEFAULTS = { url: 'redis://127.0.0.1:6379', username: null, password: null } as const

/**
 * A server as people write it, without a password.
 *
 * @example
 * assert.equal(redisName('redis://user:secret@127.0.0.1:6379/1'), '127.0.0.1:6379')
 */
export function redisName(url: string): string {
  return new URL(url).host
}

/**
 * A connection that is made when it is first used. `isPatient`: whether a command waits for a server that is away.
 *
 * @throws {DeadbeatError} ERR_MISSING_PACKAGE.
 */
export async function openRedis(cog: string, options: RedisOptions, log: NetLog, isPatient: boolean): Promise<Redis> {
  const { Redis: Client } = await loadSoft(cog, 'ioredis', () => import('ioredis'))
  const { url, username, password } = options
  const client = new Client(url, {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    lazyConnect: true,
    maxRetriesPerRequest: isPatient ? null : 0,
    enableOfflineQueue: true,
  })
  let isAway = false
  client.on('error', (thrown: unknown) => {
    const error = toError(thrown)
    if (!isAway) log.warn({ err: error }, `cannot reach ${redisName(url)}, it is tried again: ${error.message}`)
    isAway = true
  })
  client.on('ready', () => {
    if (isAway) log.info({}, `connected to ${redisName(url)} again`)
    isAway = false
  })
  return client
}
