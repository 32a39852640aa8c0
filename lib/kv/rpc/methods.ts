/** The calls of etcd's v3 API that are spoken here. */
import type { MessageType } from './message.js'
import * as m from './messages.js'

/** A call of the API. */
export interface Method<Request, Response> {
  readonly path: string
  readonly request: MessageType<Request>
  readonly response: MessageType<Response>
}

function method<Q, R>(path: string, request: MessageType<Q>, response: MessageType<R>): Method<Q, R> {
  return { path: `/etcdserverpb.${path}`, request, response }
}

/** The calls. */
export const METHODS = {
  range: method('KV/Range', m.RangeRequest, m.RangeResponse),
  put: method('KV/Put', m.PutRequest, m.PutResponse),
  deleteRange: method('KV/DeleteRange', m.DeleteRangeRequest, m.DeleteRangeResponse),
  txn: method('KV/Txn', m.TxnRequest, m.TxnResponse),
  compact: method('KV/Compact', m.CompactionRequest, m.CompactionResponse),
  watch: method('Watch/Watch', m.WatchRequest, m.WatchResponse),
  grant: method('Lease/LeaseGrant', m.LeaseGrantRequest, m.LeaseGrantResponse),
  revoke: method('Lease/LeaseRevoke', m.LeaseRevokeRequest, m.LeaseRevokeResponse),
  keepAlive: method('Lease/LeaseKeepAlive', m.LeaseKeepAliveRequest, m.LeaseKeepAliveResponse),
  timeToLive: method('Lease/LeaseTimeToLive', m.LeaseTimeToLiveRequest, m.LeaseTimeToLiveResponse),
  leases: method('Lease/LeaseLeases', m.LeaseLeasesRequest, m.LeaseLeasesResponse),
  status: method('Maintenance/Status', m.StatusRequest, m.StatusResponse),
  alarm: method('Maintenance/Alarm', m.AlarmRequest, m.AlarmResponse),
  memberList: method('Cluster/MemberList', m.MemberListRequest, m.MemberListResponse),
  authenticate: method('Auth/Authenticate', m.AuthenticateRequest, m.AuthenticateResponse),
} as const
