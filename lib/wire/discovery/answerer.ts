/**
 * Answers who looks for daemons or registries over UDP.
 *
 * A socket that is bound to one address hears what is sent to that address alone, so it takes one more for each broadcast
 * that shall be heard. Several processes of one machine share the port: a broadcast reaches all of them, what is sent to
 * the address itself only the one that was bound last. That is how the sockets of Linux are; who has to be found for
 * certain is found by another way besides.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { codeOf, requireAtLeast, toError } from '../../errors/index.js'
import type { EventLoop, Logger } from '../../movement/index.js'
import { describeAddress, hostAndPort, listenError } from '../../net/listen.js'
import { isRare } from '../../net/rarely.js'
import { broadcastsTo } from './broadcast-addresses.js'
import { answerWith, wordingOfCall } from './words.js'

/** Where registries answer. */
export const REGISTRY_PORT = 10_103
/** Where daemons answer. */
export const DAEMON_PORT = 10_111

/** Who answers, where, and how often. */
export interface AnswererOptions {
  readonly esc: Pick<EventLoop, 'now'>
  readonly log: Logger
  /** The address to listen at; 127.0.0.1 if it isn't given: nobody from elsewhere is heard. */
  readonly host?: string
  /** The port to listen at; 0: any that is free. */
  readonly port: number
  /** Where the requests of who is found have to go. */
  readonly requestPort: number
  /** Who was answered is not answered again for so long; 1 s if it isn't given. */
  readonly againMs?: number
  /** How many callers are answered within that time; 1000 if it isn't given. More are left without an answer. */
  readonly callersMax?: number
}

/** Says where the requests go to whoever calls. */
export class Answerer {
  readonly #options: Required<AnswererOptions>
  /** When each caller was answered, the oldest first. */
  readonly #answeredMs = new Map<string, number>()
  #sockets: readonly Socket[] = []
  #refused = 0

  /** @throws {RangeError} If a limit is below 1. */
  constructor(options: AnswererOptions) {
    this.#options = { host: '127.0.0.1', againMs: 1000, callersMax: 1000, ...options }
    requireAtLeast(1, this.#options, 'requestPort', 'againMs', 'callersMax')
  }

  /** Where it listens; 0 while it doesn't. */
  get port(): number {
    return this.#sockets[0]?.address().port ?? 0
  }

  /** How many calls were left without an answer, as there were too many. */
  get refused(): number {
    return this.#refused
  }

  /** @throws {DeadbeatError} With the system's code if it can't listen there. */
  async start(): Promise<void> {
    const { host, port, log } = this.#options
    const main = await this.#bind(host, port)
    this.#sockets = [main]
    for (const address of broadcastsTo(host)) {
      try {
        this.#sockets = [...this.#sockets, await this.#bind(address, main.address().port)]
      } catch (error) {
        // Who calls the address itself is still answered.
        log.warn({ err: error, address }, `broadcasts are not heard: ${toError(error).message}`)
      }
    }
    for (const socket of this.#sockets) socket.on('message', (datagram, from) => this.#take(main, datagram, from))
  }

  /** Answer nobody any more. To close again does nothing. */
  close(): void {
    for (const socket of this.#sockets) socket.close()
    this.#sockets = []
    this.#answeredMs.clear()
  }

  async #bind(address: string, port: number): Promise<Socket> {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', reuseAddr: true })
    try {
      socket.bind({ port, address, exclusive: true })
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw listenError(describeAddress({ host: address, port }), error)
    }
    return socket.on('error', (error) => this.#options.log.debug({ err: error }, 'a datagram could not be received'))
  }

  #take(main: Socket, datagram: Uint8Array, { address, port }: RemoteInfo): void {
    const wording = wordingOfCall(datagram)
    if (wording === null || !this.#isNext(hostAndPort(address, port))) return
    // From the address that the caller shall use from now on, and not from that of a broadcast.
    main.send(answerWith(this.#options.requestPort, wording), port, address, (error) => {
      if (error !== null) this.#options.log.debug({ to: address, code: codeOf(error) }, 'a call could not be answered')
    })
  }

  #isNext(caller: string): boolean {
    const { esc, againMs, callersMax, log } = this.#options
    const nowMs = esc.now()
    for (const [each, answeredMs] of this.#answeredMs) {
      if (nowMs - answeredMs < againMs) break
      this.#answeredMs.delete(each)
    }
    if (this.#answeredMs.has(caller)) return false
    if (this.#answeredMs.size < callersMax) {
      this.#answeredMs.set(caller, nowMs)
      return true
    }
    this.#refused += 1
    if (isRare(this.#refused)) {
      log.warn({ refused: this.#refused }, `calls are left unanswered: more than callersMax (${callersMax}) came`)
    }
    return false
  }
}
