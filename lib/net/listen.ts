/** Where a socket listens, and how it comes to. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { activatedFd } from './activated.js'

/** An address to listen at: that of a network, a path of the file system, or a socket that systemd passed. */
export type ListenAddress =
  | { readonly host: string; readonly port: number; readonly activated?: string | null }
  | { readonly path: string; readonly mode: number; readonly activated?: string | null }

/** Configuration insert: where to listen. */
export const listenConfig = {
  host: { doc: 'The address to listen at.', format: 'text', default: '127.0.0.1' },
  port: { doc: 'The port to listen at; 0: any that is free.', format: 'port' },
  activated: {
    doc: 'A socket that systemd passed, by its name or number, in place of an address.',
    format: 'text',
    default: null,
  },
} as const

/**
 * An address as people write it.
 *
 * @example
 * assert.equal(describeAddress({ host: '::1', port: 514 }), '[::1]:514')
 * assert.equal(describeAddress({ path: '/run/x.sock', mode: 0o600 }), '/run/x.sock')
 */
export function describeAddress(address: ListenAddress): string {
  const { activated = null } = address
  if (activated !== null) return `systemd's socket ${activated}`
  return 'path' in address ? address.path : hostAndPort(address.host, address.port)
}

/** A host and a port as people write them. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Where a server really listens: that of a network with its port; the address as it was asked for where it can't be told. */
export function addressOf(server: Server, asked: ListenAddress): string {
  const info = server.address()
  if (info === null) return describeAddress(asked)
  return typeof info === 'string' ? info : hostAndPort(info.address, info.port)
}

/**
 * Let a server listen. A socket in the file system that an earlier run left, and that nobody listens at, is replaced.
 *
 * @throws {DeadbeatError} With the system's code, if it can't.
 */
export async function listen(server: Server, address: ListenAddress): Promise<void> {
  const { activated = null } = address
  try {
    if (activated !== null) await bind(server, { fd: activatedFd(activated) })
    else if ('path' in address) await bindPath(server, address.path, address.mode)
    else await bind(server, { host: address.host, port: address.port, exclusive: true })
  } catch (error) {
    throw listenError(describeAddress(address), error)
  }
}

/** An error of listening, with what to do. */
export function listenError(address: string, error: unknown): DeadbeatError {
  const code = codeOf(error) || 'EIO'
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another process listens there (EADDRINUSE): stop it, or choose another address',
    EACCES: 'that is not allowed (EACCES): ports below 1024 need root, CAP_NET_BIND_SERVICE or a socket of systemd',
    EADDRNOTAVAIL: 'this machine has no such address (EADDRNOTAVAIL)',
  }
  const message = `cannot listen at ${address}: ${advice[code] ?? toError(error).message}`
  return new DeadbeatError(code, message, { cause: error })
}

async function bindPath(server: Server, path: string, mode: number): Promise<void> {
  try {
    await bind(server, { path })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || !(await isLeftOver(path))) throw error
    unlinkSync(path)
    await bind(server, { path })
  }
  chmodSync(path, mode)
}

/** Whether a socket lies there at which nobody listens. */
function isLeftOver(path: string): Promise<boolean> {
  if (!lstatSync(path, { bigint: true }).isSocket()) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'))
  })
}

function bind(server: Server, how: object): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(how, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
