/** A link to a server of the loopback with the faults that links have. */
import { afterAll } from '@jest/globals'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

const open = new Set<FaultProxy>()
afterAll(() => Promise.all([...open].map((proxy) => proxy.close())))

interface Link {
  readonly client: Socket
  readonly server: Socket
}

/** One link: connect to `port` instead of the server's. */
export class FaultProxy {
  readonly host = '127.0.0.1'
  /** How many connections were made. */
  connections = 0
  /** How many bytes came from the server. */
  bytesDown = 0
  readonly #target: number
  readonly #server: Server
  readonly #links = new Set<Link>()
  readonly #sockets = new Set<Socket>()
  #isRefusing = false
  #isBlackHole = false
  #delayMs = 0
  #cutAtByte = Infinity
  #cutIf: ((chunk: Buffer) => boolean) | null = null
  #onCut: (() => void)[] = []

  constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#link(client))
    open.add(this)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** How many connections there are. */
  get links(): number {
    return this.#links.size
  }

  async listen(): Promise<void> {
    this.#server.listen(0, this.host)
    await once(this.#server, 'listening')
  }

  /** Break all connections; new ones are made. */
  cut(): void {
    this.#cutAtByte = Infinity
    this.#cutIf = null
    for (const { client, server } of this.#links) {
      client.resetAndDestroy()
      server.destroy()
    }
    this.#links.clear()
    for (const tell of this.#onCut.splice(0)) tell()
  }

  /** Break all connections, and every new one at once, until `accept`. */
  refuse(): void {
    this.#isRefusing = true
    this.cut()
  }

  accept(): void {
    this.#isRefusing = false
  }

  /** Break all connections as soon as the server has sent so many bytes more: those are passed on, the next are not. */
  cutAfter(bytes: number): Promise<void> {
    this.#cutAtByte = this.bytesDown + bytes
    return this.whenCut()
  }

  /** Break all connections instead of passing on the first chunk of the server's of which something is so. */
  cutInstead(isSo: (chunk: Buffer) => boolean): Promise<void> {
    this.#cutIf = isSo
    return this.whenCut()
  }

  /** Resolve at the next cut. */
  whenCut(): Promise<void> {
    return new Promise((resolve) => this.#onCut.push(resolve))
  }

  /** Pass nothing on, in either direction, and break nothing: nobody is told. New connections fare alike. */
  blackHole(): void {
    this.#isBlackHole = true
    for (const { client, server } of this.#links) {
      client.pause()
      server.pause()
    }
  }

  /** Pass on again, what was held back first, as TCP does when a link comes back. */
  heal(): void {
    this.#isBlackHole = false
    for (const { client, server } of this.#links) {
      client.resume()
      server.resume()
    }
  }

  /** Pass everything on so much later, in each direction. */
  delay(delayMs: number): void {
    this.#delayMs = delayMs
  }

  async close(): Promise<void> {
    open.delete(this)
    this.refuse()
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #link(client: Socket): void {
    this.connections += 1
    if (this.#isRefusing) {
      client.on('error', () => undefined).resetAndDestroy()
      return
    }
    const server = connect(this.#target, this.host)
    const link = { client, server }
    this.#links.add(link)
    this.#pass(link, client, server, () => true)
    this.#pass(link, server, client, (chunk) => this.#mayPassDown(chunk, client))
    if (this.#isBlackHole) this.blackHole()
  }

  #mayPassDown(chunk: Buffer, client: Socket): boolean {
    const left = this.#cutAtByte - this.bytesDown
    if (chunk.length <= left && this.#cutIf?.(chunk) !== true) {
      this.bytesDown += chunk.length
      return true
    }
    this.#cutAtByte = Infinity
    if (left > 0 && left < chunk.length) client.write(chunk.subarray(0, left), () => this.cut())
    else this.cut()
    return false
  }

  #pass(link: Link, from: Socket, to: Socket, mayPass: (chunk: Buffer) => boolean): void {
    const held: (() => void)[] = []
    // Each alarm runs what came first: what was delayed less doesn't overtake.
    const later = (work: () => void): void => {
      if (this.#delayMs === 0 && held.length === 0) {
        work()
        return
      }
      held.push(work)
      setTimeout(() => held.shift()?.(), this.#delayMs)
    }
    this.#sockets.add(from.setNoDelay(true))
    from.on('data', (chunk: Buffer) => {
      later(() => {
        if (this.#links.has(link) && mayPass(chunk) && !to.write(chunk)) from.pause()
      })
    })
    to.on('drain', () => {
      if (!this.#isBlackHole) from.resume()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      this.#sockets.delete(from)
      later(() => {
        this.#links.delete(link)
        to.end()
      })
    })
  }
}

/** A link to a port of the loopback, closed with the test file. */
export async function faultProxy(target: number): Promise<FaultProxy> {
  const proxy = new FaultProxy(target)
  await proxy.listen()
  return proxy
}
