/** What is told of who serves a store: as a cluster of one member that leads itself. */
import { Code } from '../rpc/code.js'
import type { UnaryCalls } from './calls.js'
import { Refusal, refusal } from './refusal.js'
import { headerOf, revisionOf, TERM } from './served.js'

/** What etcd speaks that clients may expect: the first of its line whose answer about progress can be trusted. */
export const API_VERSION = '3.5.13'

const ALARM_GET = 0

/** The calls. */
export const clusterCalls: Pick<UnaryCalls, 'status' | 'memberList' | 'alarm' | 'authenticate'> = {
  status: async (served) => {
    const revision = await revisionOf(served)
    return {
      header: headerOf(served, revision),
      version: API_VERSION,
      leader: served.memberId,
      raftIndex: revision,
      raftTerm: TERM,
      raftAppliedIndex: revision,
    }
  },

  memberList: async (served) => {
    const { memberId: id, address, settings } = served
    const url = `${settings.tls.cert === null ? 'http' : 'https'}://${address}`
    const header = headerOf(served, await revisionOf(served))
    return { header, members: [{ id, name: 'deadbeat', clientUrls: [url] }] }
  },

  // There are none: a full disk is told where it is met.
  alarm: async (served, { action }) => {
    if (action !== ALARM_GET) throw new Refusal(Code.unimplemented, 'deadbeat: there are no alarms here')
    return { header: headerOf(served, await revisionOf(served)) }
  },

  authenticate: () => Promise.reject(refusal('authOff')),
}
