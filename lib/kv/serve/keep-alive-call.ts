/** The stream that keeps leases alive: an answer for each question, with a ttl of 0 for a lease that is gone. */
import type { ServerStream } from './grpc.js'
import { METHODS } from '../rpc/methods.js'
import { Duplex } from './duplex.js'
import { Guard } from './guard.js'
import { headerOf, revisionOf, type Served } from './served.js'

/** Answer one. */
export function keepAliveCall(served: Served, stream: ServerStream): { fail(error: unknown): void } {
  const guard = new Guard(served, stream)
  return new Duplex(
    stream,
    METHODS.keepAlive,
    (duplex) => ({
      asked: async ({ id }) => {
        await guard.requireLease(id)
        const ttl = await served.engine.keepAlive(id)
        await duplex.write({ header: headerOf(served, await revisionOf(served)), id, ttl })
      },
      ended: () => undefined,
    }),
    served.settings,
  )
}
