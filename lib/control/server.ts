/** The control socket of a running daemon: a Unix socket that only its user may open. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { ConfigError, DeadbeatError, codeOf, toError } from '../errors/index.js'
import type { Store } from '../items/index.js'
import { Connection, type Commands } from './connection.js'
import type { ControlRights } from './guard.js'
import { knowsPeers } from './peer.js'

/** What the socket needs. */
export interface ControlOptions extends Commands, ControlRights {
  readonly store: Store
  readonly path: string
  /** Its permissions; 0600 if they aren't given: its own user. More only with rights, which say what others may. */
  readonly mode?: number | undefined
}

/** How many clients may be connected; more are sent away. */
const CLIENTS_MAX = 64
/**
 * In numbers, the mode of a socket would be the last that Node's core has seen, and realpath(), as modules are resolved by,
 * gives up at that: packages that are links (as pnpm makes them) would not find their own (nodejs/node, fs.realpathSync).
 */
const BIGINT = { bigint: true } as const
/** For its own user. */
const MODE = 0o600
/** What a Unix socket's address can hold, its end included. */
const PATH_BYTES_MAX = 107

/**
 * The socket.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * const server = new ControlServer({ store, path: '/run/lamp/control.sock', reload: async () => null, stop: () => undefined })
 * assert.equal(server.path, '/run/lamp/control.sock') // `await server.start()` opens it.
 */
export class ControlServer {
  readonly path: string
  readonly #options: ControlOptions
  readonly #clients = new Set<Connection>()
  #server: Server | null = null
  #inode = -1n

  /** @throws {ConfigError} If others would get in who can't be told apart, or may do nothing. */
  constructor(options: ControlOptions) {
    this.path = options.path
    requireTellable(options)
    this.#options = options
  }

  /**
   * Open it. What a daemon that was killed left in its place is removed.
   *
   * @throws {DeadbeatError} ERR_CONTROL_IN_USE if another daemon answers there; ERR_CONTROL if it can't be opened.
   */
  async start(): Promise<void> {
    const { path } = this
    if (Buffer.byteLength(path) > PATH_BYTES_MAX) {
      const message = `the path of the control socket may have at most ${PATH_BYTES_MAX} bytes: ${path} has more; set control.socket or a shorter runtime directory`
      throw new DeadbeatError('ERR_CONTROL', message)
    }
    await this.#clear()
    const server = createServer((socket) => {
      if (this.#clients.size >= CLIENTS_MAX) {
        socket.destroy()
        return
      }
      const client = new Connection(socket, this.#options.store, this.#options)
      this.#clients.add(client)
      socket.once('close', () => this.#clients.delete(client))
    })
    const mask = process.umask(0o177) // The socket is made by listen(), which binds at once.
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(path, resolve)
        process.umask(mask)
      })
    } catch (cause) {
      const message = `cannot open the control socket ${path}: ${toError(cause).message}`
      throw new DeadbeatError('ERR_CONTROL', message, { cause })
    }
    chmodSync(path, this.#options.mode ?? MODE)
    this.#inode = inodeOf(path)
    server.unref() // It keeps no train alive.
    server.on('error', () => undefined) // One client that could not be accepted.
    this.#server = server
  }

  /** Close it, and remove it if it is still ours. */
  close(): void {
    if (this.#server === null) return
    for (const client of this.#clients) client.close()
    // Node removes by its name whatever is there by now: what is another's stays, and this one ends with the process.
    if (this.#isOurs()) this.#server.close()
    this.#server = null
  }

  #isOurs(): boolean {
    try {
      return inodeOf(this.path) === this.#inode
    } catch {
      return false
    }
  }

  /** Nobody may be there, or only what a killed one left. */
  async #clear(): Promise<void> {
    const { path } = this
    try {
      if (!lstatSync(path, BIGINT).isSocket()) {
        throw new DeadbeatError('ERR_CONTROL', `${path} is no socket: remove it, or set control.socket to another path`)
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      throw error
    }
    if (await isAnswered(path)) {
      const message = `the control socket ${path} is in use by another daemon: stop that one, or give this one a runtime directory of its own`
      throw new DeadbeatError('ERR_CONTROL_IN_USE', message)
    }
    unlinkSync(path)
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED' && codeOf(error) !== 'ENOENT'))
  })
}

function inodeOf(path: string): bigint {
  return lstatSync(path, BIGINT).ino
}

function requireTellable({ mode = MODE, rights }: ControlOptions): void {
  if ((mode & 0o077) === 0 || (rights !== undefined && knowsPeers)) return
  const advice =
    rights === undefined
      ? 'set control.rights to a file that says what others may'
      : 'inotify-ts has no binary here, which says who connects'
  const octal = mode.toString(8).padStart(4, '0')
  throw new ConfigError([`control.mode must let nobody else in than the socket's user: it is ${octal}; ${advice}`])
}
