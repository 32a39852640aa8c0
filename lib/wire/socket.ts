/** What the four kinds of sockets share: options that keep a process from hanging, binding, reading. */
import type { EventLoop } from '../movement/index.js'
import { codeOf } from '../errors/index.js'
import type { ClientCurve } from './curve/proof.js'
import { WireError } from './errors.js'
import type { Frames } from './frames/message.js'

/** The part of an event loop that the wire needs. */
export type WireLoop = Pick<EventLoop, 'now' | 'wall' | 'enqueue' | 'after' | 'every' | 'cancel'>

/** The part of a log that the wire needs. */
export interface WireLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** Where to listen: a port, 0 for one that the system chooses, or the first free one of a range with both its ends. */
export type Port = number | readonly [first: number, last: number]

/**
 * Options of every socket. Without `linger` one unsent message keeps the process from ending; with `sendTimeout` 0 a send is done or has
 * failed when it returns, so that there is never more than one under way.
 */
export const SOCKET_OPTIONS = { linger: 0, sendTimeout: 0, ipv6: true } as const

/** The options of a connecting socket with these keys. */
export function curveOfClient(curve: ClientCurve | undefined): object {
  if (curve === undefined) return {}
  const { keys, serverKey } = curve
  return { curvePublicKey: keys.publicKey, curveSecretKey: keys.secretKey, curveServerKey: serverKey }
}

/** The address of a host and port as ZeroMQ writes it; an empty host is every address of this machine. */
export function endpointOf(host: string, port: number | string): string {
  if (host === '' || host === '*') return `tcp://*:${port}`
  if (host === 'localhost') return `tcp://127.0.0.1:${port}` // A name is not looked up to listen at it.
  return host.includes(':') && !host.startsWith('[') ? `tcp://[${host}]:${port}` : `tcp://${host}:${port}`
}

interface Bindable {
  bind(address: string): Promise<void>
  readonly lastEndpoint: string | null
}

/**
 * Listen at the first port that is free; answers which.
 *
 * @throws {WireError} `ERR_WIRE_IN_USE` if none is, or the address is none of this machine.
 */
export async function bindFirst(socket: Bindable, address: string, port: Port): Promise<number> {
  const [first, last] = typeof port === 'number' ? [port, port] : port
  for (let one = first; one <= last; one++) {
    try {
      await socket.bind(endpointOf(address, one === 0 ? '*' : one))
      return Number(/:(\d+)$/.exec(socket.lastEndpoint ?? '')?.[1] ?? one)
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE' && one < last) continue
      throw new WireError('ERR_WIRE_IN_USE', `cannot listen at ${describe(address, port)}: ${codeOf(error)}`, {
        cause: error,
      })
    }
  }
  throw new RangeError(`port must be a range of at least one: it is ${first} to ${last}`)
}

function describe(address: string, port: Port): string {
  const host = address === '' ? '*' : address
  return typeof port === 'number' ? `${host}:${port}` : `${host}, ports ${port[0]} to ${port[1]}`
}

interface Closable {
  linger: number
  close(): void
}

interface Monitored extends Closable {
  readonly events: AsyncIterable<unknown>
}

/** How long what was sent last may take to leave once its socket is closed. */
const LINGER_MS = 500

/** Close a listening socket. What was sent last gets a moment to leave, and then the port is free. */
export async function closeBound(socket: Monitored, watching: Promise<void> = untilEnd(socket.events)): Promise<void> {
  socket.linger = LINGER_MS
  socket.close()
  await watching
}

/** The events end when the socket is gone, which is some time after it was closed. */
async function untilEnd(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]()
  while ((await iterator.next()).done !== true);
}

interface Readable {
  readonly closed: boolean
  receive(): Promise<Buffer[]>
}

/** Hand over each message until the socket is closed. Node's other events get their turn in a flood too. */
export async function receiveEach(socket: Readable, take: (frames: Frames) => void): Promise<void> {
  try {
    for (;;) take(await socket.receive())
  } catch (error) {
    if (!socket.closed) throw error // What is waited for when it is closed is taken back by an error.
  }
}
