/** Servers that a log can be sent to, which keep what they get. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { closeSync } from 'node:fs'
import { native } from 'inotify-ts'

/** Messages over TCP, each behind its length (RFC 6587); they may come in pieces. */
function cutFrames(text: Buffer): { messages: string[]; rest: Buffer } {
  const messages: string[] = []
  let rest = text
  for (;;) {
    const blank = rest.indexOf(' ')
    const end = blank + 1 + Number(rest.toString('latin1', 0, Math.max(0, blank)))
    if (blank < 0 || rest.length < end) return { messages, rest }
    messages.push(rest.toString('utf8', blank + 1, end))
    rest = rest.subarray(end)
  }
}

/** A server's address, what came so far, and a promise of so many messages. */
export class Received {
  readonly messages: string[] = []
  #waiting: (() => void)[] = []

  add(...messages: readonly string[]): void {
    this.messages.push(...messages)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async count(number: number): Promise<string[]> {
    while (this.messages.length < number) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.messages
  }
}

/** A TCP server on a port of its own, or on one that was free. */
export async function tcpServer(port = 0) {
  const received = new Received()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      const cut = cutFrames(Buffer.concat([rest, bytes]))
      rest = Buffer.from(cut.rest)
      received.add(...cut.messages)
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return { received, server, sockets, port: (server.address() as AddressInfo).port, close }
}

/** A UDP server on a port of its own, or on one that was free. */
export async function udpServer(port = 0) {
  const received = new Received()
  const socket = createSocket('udp4', (message) => received.add(message.toString('utf8'))).bind(port, '127.0.0.1')
  await once(socket, 'listening')
  const close = async () => {
    socket.close()
    await once(socket, 'close')
  }
  return { received, port: socket.address().port, close }
}

/** A Unix datagram socket, of which only what is read leaves the kernel's queue. */
export function unixServer(path: string) {
  if (native === null) throw new Error('there is no native part')
  const { unixDgram, unixBind, read } = native
  const fd = unixDgram()
  unixBind(fd, path)
  const buffer = Buffer.alloc(262_144)
  /** All that is there. */
  const drain = (): Buffer[] => {
    const datagrams: Buffer[] = []
    for (let length = read(fd, buffer); length > 0; length = read(fd, buffer)) {
      datagrams.push(Buffer.from(buffer.subarray(0, length)))
    }
    return datagrams
  }
  return { drain, close: () => closeSync(fd) }
}
