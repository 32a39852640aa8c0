/** The stream that keeps leases alive: an answer for each question, with a ttl of 0 for a lease that is gone. */
import type { ServerStream } from '../rpc/grpc.js'
import { METHODS } from '../rpc/methods.js'
import { Duplex } from './duplex.js'
import { headerOf, revisionOf, type Served } from './served.js'

/** Answer one. */
export function keepAliveCall(served: Served, stream: ServerStream): { fail(error: unknown): void } {
  return new Duplex(
    stream,
    METHODS.keepAlive,
    (duplex) => ({
      asked: async ({ id }) => {
        const ttl = await served.engine.keepAlive(id)
        await duplex.write({ header: headerOf(served, await revisionOf(served)), id, ttl })
      },
      ended: () => undefined,
    }),
    served.settings,
  )
}
