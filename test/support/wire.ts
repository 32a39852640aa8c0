/** Servers and clients of the wire for a test; they go with it. */
import { afterEach } from '@jest/globals'
import { Escapement, type ManualClock } from '../../lib/movement/index.js'
import { PublishServer, type PublishServerOptions } from '../../lib/wire/publish/publish-server.js'
import { SubscribeClient, type SubscribeClientOptions } from '../../lib/wire/publish/subscribe-client.js'
import type { RequestClientOptions } from '../../lib/wire/request/client-options.js'
import { RequestClient } from '../../lib/wire/request/request-client.js'
import { RequestServer, type RequestServerOptions } from '../../lib/wire/request/request-server.js'

const opened: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** Close something behind the test. */
export function afterTest(close: () => void | Promise<void>): void {
  opened.push(close)
}

/** Let the time of a clock pass by itself, so much in each turn of Node, for what waits for events and time in turn. It stops when it is told to, or behind the test. */
export function letPass(clock: ManualClock, byMs: number): () => void {
  let isOver = false
  const turn = () => {
    if (isOver) return
    clock.advance(byMs)
    setImmediate(turn)
  }
  turn()
  const stop = () => {
    isOver = true
  }
  afterTest(stop)
  return stop
}

/** A server of requests that listens. */
export async function requestServer(
  options: Omit<RequestServerOptions, 'esc'> & { esc?: Escapement },
): Promise<RequestServer> {
  const server = new RequestServer({ esc: Escapement.instance, stopMs: 0, ...options })
  await server.start()
  afterTest(() => server.close())
  return server
}

/** A client of a server on this machine. No machine is too busy for its time limits, unless a test says others. */
export function requestClient(port: number, options: Partial<RequestClientOptions> = {}): RequestClient {
  const client = new RequestClient({
    esc: Escapement.instance,
    address: `tcp://127.0.0.1:${port}`,
    ackMs: 15_000,
    ...options,
  })
  afterTest(() => client.close())
  return client
}

/** A publisher that listens. */
export async function publishServer(options: Partial<PublishServerOptions> = {}): Promise<PublishServer> {
  const server = new PublishServer({ esc: Escapement.instance, ...options })
  await server.start()
  afterTest(() => server.close())
  return server
}

/** A subscriber of a publisher on this machine. */
export function subscribeClient(port: number, options: Partial<SubscribeClientOptions> = {}): SubscribeClient {
  const client = new SubscribeClient({ address: `tcp://127.0.0.1:${port}`, ...options })
  afterTest(() => client.close())
  return client
}
