/** Looks for daemons or registries over UDP. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { requireAtLeast, toError } from '../../errors/index.js'
import type { EventLoop } from '../../movement/index.js'
import { isLoopback } from '../../net/is-loopback.js'
import { hostAndPort } from '../../net/listen.js'
import { LOOPBACK_BROADCAST, NET_BROADCAST } from './broadcast-addresses.js'
import { callFor, readAnswer, type Wording } from './words.js'

/** Whom to call, and how long to wait for answers. */
export interface SearchOptions {
  readonly esc: Pick<EventLoop, 'after' | 'cancel'>
  /** Names and addresses to call, each with a port of its own if it is written so: `HOST` or `HOST:PORT`. */
  readonly targets?: readonly string[]
  /** The port to call the others at. */
  readonly port: number
  /** Who is called besides: all of this machine (if it isn't given), all of the local net as well, or nobody. */
  readonly broadcast?: Broadcast
  /** How long answers are waited for; 1 s if it isn't given, 300 ms where only this machine is called. */
  readonly waitMs?: number
  /** How many answers are taken; 1000 if it isn't given. */
  readonly answersMax?: number
  /** Ends it early. */
  readonly signal?: AbortSignal
  /** Told of each target that can't be called: a name that is unknown, a net that isn't there. */
  readonly onTrouble?: (target: string, error: Error) => void
}

/** How far a call reaches besides those whom it names. */
export type Broadcast = 'machine' | 'net' | 'off'

/** Somebody who has answered. */
export interface Found {
  /** Where the answer came from, and thus where requests go. */
  readonly host: string
  /** The port for requests. */
  readonly port: number
  readonly wording: Wording
}

/** On this machine an answer has no way to go. */
const HERE_MS = 300
const ELSEWHERE_MS = 1000

const BROADCASTS: Readonly<Record<Broadcast, readonly string[]>> = {
  machine: [LOOPBACK_BROADCAST],
  net: [LOOPBACK_BROADCAST, NET_BROADCAST],
  off: [],
}

/**
 * Call, and give each who answers once, as the answers come. It ends when the time is over, or when the loop over it is
 * left: who needs only one doesn't wait for others.
 *
 * A target that can't be reached, and a broadcast without a route, are no failure of the search: `onTrouble` hears of them.
 *
 * @throws {RangeError} If a limit is below 1.
 */
export async function* search(options: SearchOptions): AsyncGenerator<Found, void, undefined> {
  const { esc, targets = [], port, broadcast = 'machine', answersMax = 1000, signal } = options
  const calls = [
    ...targets.map((target) => placeOf(target, port)),
    ...BROADCASTS[broadcast].map((host) => ({ host, port })),
  ]
  const isLocal = calls.every(({ host }) => isLoopback(host))
  const { waitMs = isLocal ? HERE_MS : ELSEWHERE_MS } = options
  requireAtLeast(1, { waitMs, answersMax }, 'waitMs', 'answersMax')
  if (calls.length === 0) return
  const answers = new Answers(answersMax)
  const timer = esc.after(waitMs, () => answers.end())
  const end = (): void => answers.end()
  signal?.addEventListener('abort', end)
  if (signal?.aborted === true) end()
  const sockets = new Map<string, Promise<Socket>>()
  try {
    for (const { host, port: at } of calls) {
      const type = isIPv6(host) ? 'udp6' : 'udp4'
      const socket = sockets.get(type) ?? openSocket(type, isLocal, answers)
      sockets.set(type, socket)
      void call(socket, host, at).catch((error: unknown) => options.onTrouble?.(hostAndPort(host, at), toError(error)))
    }
    yield* answers.taken()
  } finally {
    esc.cancel(timer)
    signal?.removeEventListener('abort', end)
    for (const socket of sockets.values())
      void socket.then(
        (each) => each.close(),
        () => undefined,
      )
  }
}

async function openSocket(type: 'udp4' | 'udp6', isLocal: boolean, answers: Answers): Promise<Socket> {
  const socket = createSocket({ type })
  socket.on('message', (datagram, from) => answers.take(datagram, from))
  // A target that refuses is as good as one that doesn't answer.
  socket.on('error', () => undefined)
  // Who calls nobody elsewhere takes no answers from elsewhere.
  const local = type === 'udp4' ? '127.0.0.1' : '::1'
  socket.bind({ port: 0, exclusive: true, ...(isLocal ? { address: local } : {}) })
  await once(socket, 'listening')
  if (type === 'udp4') socket.setBroadcast(true)
  return socket
}

async function call(opening: Promise<Socket>, host: string, port: number): Promise<void> {
  const socket = await opening
  await new Promise<void>((resolve, reject) => {
    socket.send(callFor(), port, host, (error) => (error === null ? resolve() : reject(error)))
  })
}

function placeOf(target: string, usualPort: number): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(target) ?? []
  return { host: bracketed ?? plain ?? target, port: digits === undefined ? usualPort : Number(digits) }
}

/** What has come and was not looked at yet. */
class Answers {
  readonly #answersMax: number
  readonly #seen = new Set<string>()
  readonly #waiting: Found[] = []
  #isOver = false
  #wake: () => void = () => undefined

  constructor(answersMax: number) {
    this.#answersMax = answersMax
  }

  take(datagram: Uint8Array, { address }: RemoteInfo): void {
    const answer = readAnswer(datagram)
    if (answer === null || this.#isOver) return
    const place = hostAndPort(address, answer.port)
    if (this.#seen.has(place)) return
    this.#seen.add(place)
    this.#waiting.push({ host: address, ...answer })
    if (this.#seen.size >= this.#answersMax) this.#isOver = true
    this.#wake()
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }

  async *taken(): AsyncGenerator<Found, void, undefined> {
    for (;;) {
      for (let found = this.#waiting.shift(); found !== undefined; found = this.#waiting.shift()) yield found
      if (this.#isOver) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
