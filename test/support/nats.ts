/** Servers of NATS with JetStream for tests, and a look at what is in them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { freePort, startServer } from './real-server.js'
import type { Cleanups } from './supplied.js'
import { temporary } from './temporary.js'

/** A server, and a connection of the test's own to it. */
export interface NatsServer {
  readonly port: number
  readonly servers: readonly string[]
  readonly nc: NatsConnection
  readonly manager: JetStreamManager
}

/** Start a server that keeps its streams in a directory. `more` is the rest of its configuration. */
export async function startNats(
  cleanups: Cleanups,
  { port, directory = temporary(), more = '' }: { port?: number; directory?: string; more?: string } = {},
): Promise<{ port: number; servers: readonly string[]; kill: () => Promise<void> }> {
  const at = port ?? (await freePort())
  const file = join(directory, 'server.conf')
  writeFileSync(file, `listen: "127.0.0.1:${at}"\njetstream { store_dir: "${directory}/js" }\n${more}\n`)
  const { kill } = await startServer(cleanups, at, 'nats-server', ['-c', file])
  return { port: at, servers: [`127.0.0.1:${at}`], kill }
}

/** Start one, and connect to it. */
export async function withNats(cleanups: Cleanups): Promise<NatsServer> {
  const { port, servers } = await startNats(cleanups)
  const nc = await connect({ servers: [...servers], reconnect: false })
  cleanups.add(() => nc.close())
  return { port, servers, nc, manager: await jetstreamManager(nc) }
}

/** How many messages a consumer has given that are not acknowledged; -1 while it isn't there. */
export async function pendingOf({ manager }: NatsServer, stream: string, consumer: string): Promise<number> {
  const info = await manager.consumers.info(stream, consumer).catch(() => null)
  return info?.num_ack_pending ?? -1
}

/** The messages that lie in a stream. */
export async function messagesOf({ manager }: NatsServer, stream: string): Promise<string[]> {
  const { state } = await manager.streams.info(stream)
  const texts: string[] = []
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq })
    if (message !== null) texts.push(message.string())
  }
  return texts
}
