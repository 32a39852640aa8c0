/** Small servers that a test's drain sends to. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { Cleanups } from './supplied.js'

/** A server of streams that keeps what it gets. */
export interface Listener {
  readonly server: Server
  readonly port: number
  readonly sockets: Socket[]
  /** Everything that came, over all connections. */
  text(): string
  /** Listen no more, and break every connection. */
  stop(): Promise<void>
}

/** Listen on the loopback at a port (any that is free by default), or at a path. */
export async function listener(
  cleanups: Cleanups,
  at: { port: number; host: string } | { path: string } = { port: 0, host: '127.0.0.1' },
  server: Server = createServer(),
): Promise<Listener> {
  const sockets: Socket[] = []
  const chunks: Buffer[] = []
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined)
  })
  server.listen(at)
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  cleanups.add(stop)
  const port = 'port' in at ? (server.address() as AddressInfo).port : 0
  return { server, port, sockets, text: () => Buffer.concat(chunks).toString(), stop }
}
