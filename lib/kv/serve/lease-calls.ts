/** The calls of etcd's Lease service, but for the stream that keeps leases alive. */
import type { UnaryCalls } from './calls.js'
import { refusal } from './refusal.js'
import { headerOf, revisionOf } from './served.js'

/** As in etcd. */
const TTL_MAX_S = 9_000_000_000

/** The calls. */
export const leaseCalls: Pick<UnaryCalls, 'grant' | 'revoke' | 'timeToLive' | 'leases'> = {
  grant: async (served, { ttl, id }) => {
    if (ttl > TTL_MAX_S) throw refusal('leaseTooLong')
    if (id !== 0n && (await isThere(served.engine, id))) throw refusal('leaseExists')
    const grant = await served.engine.grant(Math.max(ttl, 1), id)
    return { header: headerOf(served, await revisionOf(served)), id: grant.id, ttl: grant.ttlS }
  },

  revoke: async (served, { id }) => {
    if (!(await isThere(served.engine, id))) throw refusal('leaseMissing')
    await served.engine.revoke(id)
    return { header: headerOf(served, await revisionOf(served)) }
  },

  timeToLive: async (served, { id, keys }) => {
    const state = await served.engine.timeToLive(id)
    const header = headerOf(served, await revisionOf(served))
    if (state.ttlS < 0) return { header, id, ttl: -1 }
    return { header, id, ttl: state.ttlS, grantedTtl: state.grantedTtlS, keys: keys ? state.keys : [] }
  },

  leases: async (served) => {
    const leases = await served.engine.leases()
    return { header: headerOf(served, await revisionOf(served)), leases: leases.map((id) => ({ id })) }
  },
}

async function isThere(engine: Parameters<UnaryCalls['leases']>[0]['engine'], id: bigint): Promise<boolean> {
  return (await engine.timeToLive(id)).ttlS >= 0
}
