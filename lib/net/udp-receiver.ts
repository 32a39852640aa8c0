/** Datagrams that come over UDP. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { activatedFd } from './activated.js'
import { messageOfDatagram, type DatagramEncoding, type DatagramTarget } from './datagram.js'
import { kernelDrops } from './kernel-drops.js'
import { describeAddress, hostAndPort, listenError } from './listen.js'
import type { NetLog, NetLoop } from './loop.js'
import { isRare } from './rarely.js'

/** Configuration insert: what is done with datagrams. */
export const datagramsConfig = {
  encoding: {
    doc: 'What the bytes mean: utf8, latin1, or bytes (each message a Buffer).',
    format: ['utf8', 'latin1', 'bytes'],
    default: 'utf8',
  },
  receiveBytes: {
    doc: "How large the kernel's buffer for datagrams is; null: as the system has it.",
    format: 'size',
    min: 1,
    default: null,
  },
  backlogBytes: {
    doc: 'How many bytes of datagrams are kept while the train is full; what comes above is dropped, and counted.',
    format: 'size',
    default: 16_777_216,
    live: true,
  },
} as const

/** Where they come, and what is done with them. */
export interface UdpReceiverOptions {
  readonly host: string
  readonly port: number
  readonly activated: string | null
  readonly encoding: DatagramEncoding
  readonly receiveBytes: number | null
  readonly backlogBytes: number
}

/** What has come so far. */
export interface UdpProgress {
  /** Where it listens; null while it doesn't. */
  readonly address: string | null
  /** How many datagrams were dropped here, as the train was full and the backlog, too. */
  readonly dropped: number
  /** How many the kernel dropped, as nobody read them in time; null where it doesn't show them. */
  readonly kernelDropped: number | null
}

interface Waiting {
  readonly datagram: Buffer
  readonly from: RemoteInfo
}

/** How long after a look for the kernel's drops the next one comes, if datagrams do. */
const DROPS_EVERY_MS = 10_000

/** The socket. Node can't stop reading it: while it is paused, what comes waits in a backlog that is bounded. */
export class UdpReceiver {
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: UdpReceiverOptions
  private readonly target: DatagramTarget
  private socket: Socket | null = null
  private isPaused = false
  private isOpen = false
  private backlog: Waiting[] = []
  private backlogSize = 0
  private dropped = 0
  private kernelDropped: number | null = null
  private lookMs = -Infinity

  constructor(loop: NetLoop, log: NetLog, options: UdpReceiverOptions, target: DatagramTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
  }

  /** @throws {DeadbeatError} With the system's code if it can't listen there. */
  async open(): Promise<void> {
    const { receiveBytes } = this.options
    if (this.socket === null) await this.bind()
    const socket = this.socket as unknown as Socket
    this.isOpen = true
    if (receiveBytes !== null) this.setReceiveBytes(socket, receiveBytes)
    if (!this.isPaused) this.resume()
  }

  /** Before `open`: take over what waits, and the socket if it listens at the same address. */
  inherit(predecessor: UdpReceiver): void {
    const { socket, backlog, backlogSize } = predecessor
    const isSame = describeAddress(predecessor.options) === describeAddress(this.options)
    if (isSame) predecessor.leave()
    if (isSame && socket !== null) this.attach(socket)
    predecessor.backlog = []
    predecessor.backlogSize = 0
    this.backlog = backlog
    this.backlogSize = backlogSize
  }

  close(): void {
    this.lookForDrops()
    const { socket, backlog } = this
    this.leave()
    socket?.close()
    if (backlog.length === 0) return
    this.dropped += backlog.length
    this.log.warn({ dropped: this.dropped }, `${backlog.length} datagrams are lost: the train was full when it stopped`)
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    let count = 0
    for (; count < this.backlog.length && !this.hasToWait(); count++) this.give(this.backlog[count] as Waiting)
    this.backlog.splice(0, count)
    this.backlogSize = this.backlog.reduce((sum, { datagram }) => sum + datagram.length, 0)
  }

  /** Where it listens, and how many datagrams were dropped. */
  progress(): UdpProgress {
    const { address, port } = this.socket?.address() ?? { address: '', port: 0 }
    const { dropped, kernelDropped } = this
    return { address: this.socket === null ? null : hostAndPort(address, port), dropped, kernelDropped }
  }

  private async bind(): Promise<void> {
    const { host, port, activated } = this.options
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })
    try {
      const listening = once(socket, 'listening') // Of a descriptor it is told within the call.
      if (activated === null) socket.bind({ port, address: host, exclusive: true })
      else socket.bind({ fd: activatedFd(activated) })
      await listening
    } catch (error) {
      socket.close()
      throw listenError(describeAddress(this.options), error)
    }
    this.attach(socket)
    this.log.info({ address: this.progress().address }, 'listening')
  }

  private attach(socket: Socket): void {
    this.socket = socket.on('message', this.take).on('error', this.failed)
  }

  private leave(): void {
    this.isOpen = false
    this.socket?.off('message', this.take).off('error', this.failed)
    this.socket = null
    this.backlog = []
    this.backlogSize = 0
  }

  private setReceiveBytes(socket: Socket, receiveBytes: number): void {
    socket.setRecvBufferSize(receiveBytes)
    // Linux answers twice what it keeps for datagrams, as it counts its own needs.
    const given = socket.getRecvBufferSize() / (process.platform === 'linux' ? 2 : 1)
    if (given >= receiveBytes) return
    const message = `the kernel's buffer is ${given} bytes, and not receiveBytes (${receiveBytes}): raise net.core.rmem_max`
    this.log.warn({ receiveBytes: given }, message)
  }

  /** A question of its own, for the target changes the answer. */
  private hasToWait(): boolean {
    return this.isPaused || !this.isOpen
  }

  private readonly take = (datagram: Buffer, from: RemoteInfo): void => {
    if (this.loop.now() - this.lookMs >= DROPS_EVERY_MS) this.lookForDrops()
    if (!this.hasToWait()) this.give({ datagram, from })
    else if (this.backlogSize + datagram.length <= this.options.backlogBytes) {
      this.backlog.push({ datagram, from })
      this.backlogSize += datagram.length
    } else this.drop()
  }

  private give({ datagram, from: { address, port } }: Waiting): void {
    const message = messageOfDatagram(datagram, this.options.encoding)
    this.target.arrived({ message, bytes: datagram.length }, hostAndPort(address, port))
  }

  private drop(): void {
    this.dropped += 1
    if (!isRare(this.dropped)) return
    const { backlogBytes } = this.options
    const message = `datagrams are dropped: the train is full, and so are backlogBytes (${backlogBytes})`
    this.log.warn({ dropped: this.dropped }, message)
  }

  private lookForDrops(): void {
    if (this.socket === null) return
    this.lookMs = this.loop.now()
    const { port, family } = this.socket.address()
    const before = this.kernelDropped ?? 0
    this.kernelDropped = kernelDrops(port, family === 'IPv6' ? 'IPv6' : 'IPv4')
    const more = (this.kernelDropped ?? 0) - before
    const message = `the kernel dropped ${more} datagrams, as they came faster than they were read: raise receiveBytes`
    if (more > 0) this.log.warn({ kernelDropped: this.kernelDropped }, message)
  }

  private readonly failed = (error: Error): void => {
    this.log.warn({ err: error }, `cannot receive a datagram: ${error.message}`)
  }
}
