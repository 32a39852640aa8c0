/**
 * The messages of etcd's v3 API, as far as they are spoken here, as tables. Names are those of our own interfaces
 * where the two mean the same, so that a `RangeRequest` of an engine is one of these as it is.
 */
import {
  bytes,
  flag,
  id,
  int,
  key,
  list,
  maybe,
  message,
  table,
  text,
  type Draft,
  type MessageType,
} from './message.js'

/** What a message of a kind is once decoded. */
export type MessageOf<M> = M extends MessageType<infer T> ? T : never

/** What every answer begins with. */
export const ResponseHeader = table('ResponseHeader', {
  clusterId: id(1),
  memberId: id(2),
  revision: int(3),
  term: int(4),
})
const header = message(1, () => ResponseHeader)

/** A key as it is. */
export const KeyValue = table('KeyValue', {
  key: key(1),
  create: int(2),
  mod: int(3),
  version: int(4),
  value: bytes(5),
  lease: id(6),
})

/** What `type` of an event means that it was deleted; 0 is a put. */
export const EVENT_DELETE = 1

/** One key was written or deleted. */
export const Event = table('Event', {
  type: int(1),
  kv: message(2, () => KeyValue),
  prevKv: message(3, () => KeyValue),
})

/** Read a range. */
export const RangeRequest = table('RangeRequest', {
  key: key(1),
  end: key(2),
  limit: int(3),
  revision: int(4),
  sortOrder: int(5),
  sortTarget: int(6),
  serializable: flag(7),
  keysOnly: flag(8),
  countOnly: flag(9),
  modMin: int(10),
  modMax: int(11),
  createMin: int(12),
  createMax: int(13),
})

/** What a range holds. */
export const RangeResponse = table('RangeResponse', {
  header,
  kvs: list(message(2, () => KeyValue)),
  more: flag(3),
  count: int(4),
})

/** Write a key. */
export const PutRequest = table('PutRequest', {
  key: key(1),
  value: bytes(2),
  lease: id(3),
  prevKv: flag(4),
  ignoreValue: flag(5),
  ignoreLease: flag(6),
})

/** It was written. */
export const PutResponse = table('PutResponse', { header, prevKv: message(2, () => KeyValue) })

/** Delete a range. */
export const DeleteRangeRequest = table('DeleteRangeRequest', { key: key(1), end: key(2), prevKv: flag(3) })

/** How much was deleted. */
export const DeleteRangeResponse = table('DeleteRangeResponse', {
  header,
  deleted: int(2),
  prevKvs: list(message(3, () => KeyValue)),
})

/** What `result` of a comparison means, by its place. */
export const COMPARE_RESULTS = ['=', '>', '<', '!='] as const
/** What `target` of a comparison means, by its place. */
export const COMPARE_TARGETS = ['version', 'create', 'mod', 'value', 'lease'] as const

/** A condition of a transaction: one of `version` to `lease` is there. */
export const Compare = table('Compare', {
  result: int(1),
  target: int(2),
  key: key(3),
  version: maybe(int(4)),
  create: maybe(int(5)),
  mod: maybe(int(6)),
  value: maybe(bytes(7)),
  lease: maybe(id(8)),
  end: key(64),
})

/** An operation as decoded. */
export interface RequestOpMessage {
  readonly range: MessageOf<typeof RangeRequest> | undefined
  readonly put: MessageOf<typeof PutRequest> | undefined
  readonly deleteRange: MessageOf<typeof DeleteRangeRequest> | undefined
  readonly txn: TxnRequestMessage | undefined
}

/** A transaction as decoded. */
export interface TxnRequestMessage {
  readonly compare: readonly MessageOf<typeof Compare>[]
  readonly success: readonly RequestOpMessage[]
  readonly failure: readonly RequestOpMessage[]
}

/** What an operation answered, as decoded. */
export interface ResponseOpMessage {
  readonly range: MessageOf<typeof RangeResponse> | undefined
  readonly put: MessageOf<typeof PutResponse> | undefined
  readonly deleteRange: MessageOf<typeof DeleteRangeResponse> | undefined
  readonly txn: TxnResponseMessage | undefined
}

/** What a transaction did, as decoded. */
export interface TxnResponseMessage {
  readonly header: MessageOf<typeof ResponseHeader> | undefined
  readonly succeeded: boolean
  readonly responses: readonly ResponseOpMessage[]
}

/** One operation of a transaction: one of its fields is there. */
export const RequestOp: MessageType<RequestOpMessage> = table('RequestOp', {
  range: message(1, () => RangeRequest),
  put: message(2, () => PutRequest),
  deleteRange: message(3, () => DeleteRangeRequest),
  txn: message(4, () => TxnRequest),
})

/** What it answered. */
export const ResponseOp: MessageType<ResponseOpMessage> = table('ResponseOp', {
  range: message(1, () => RangeResponse),
  put: message(2, () => PutResponse),
  deleteRange: message(3, () => DeleteRangeResponse),
  txn: message(4, () => TxnResponse),
})

/** If all of `compare` hold, do `success`, else `failure`. */
export const TxnRequest: MessageType<TxnRequestMessage> = table('TxnRequest', {
  compare: list(message(1, () => Compare)),
  success: list(message(2, () => RequestOp)),
  failure: list(message(3, () => RequestOp)),
})

/** What a transaction did. */
export const TxnResponse: MessageType<TxnResponseMessage> = table('TxnResponse', {
  header,
  succeeded: flag(2),
  responses: list(message(3, () => ResponseOp)),
})

/** Forget history. */
export const CompactionRequest = table('CompactionRequest', { revision: int(1), physical: flag(2) })
/** It is forgotten. */
export const CompactionResponse = table('CompactionResponse', { header })

/** Open a watch. */
export const WatchCreateRequest = table('WatchCreateRequest', {
  key: key(1),
  end: key(2),
  startRevision: int(3),
  progressNotify: flag(4),
  filters: list(int(5)),
  prevKv: flag(6),
  watchId: int(7),
  fragment: flag(8),
})
/** End a watch. */
export const WatchCancelRequest = table('WatchCancelRequest', { watchId: int(1) })
/** Ask how far the watches of the stream are. */
export const WatchProgressRequest = table('WatchProgressRequest', {})

/** What a client of a stream of watches says: one of its fields is there. */
export const WatchRequest = table('WatchRequest', {
  create: message(1, () => WatchCreateRequest),
  cancel: message(2, () => WatchCancelRequest),
  progress: message(3, () => WatchProgressRequest),
})

/** What the server of one says. */
export const WatchResponse = table('WatchResponse', {
  header,
  watchId: int(2),
  created: flag(3),
  canceled: flag(4),
  compactRevision: int(5),
  cancelReason: text(6),
  fragment: flag(7),
  events: list(message(11, () => Event)),
})

/** Ask for a lease. */
export const LeaseGrantRequest = table('LeaseGrantRequest', { ttl: int(1), id: id(2) })
/** The lease. */
export const LeaseGrantResponse = table('LeaseGrantResponse', { header, id: id(2), ttl: int(3), error: text(4) })
/** End a lease. */
export const LeaseRevokeRequest = table('LeaseRevokeRequest', { id: id(1) })
/** It ended. */
export const LeaseRevokeResponse = table('LeaseRevokeResponse', { header })
/** Keep a lease alive. */
export const LeaseKeepAliveRequest = table('LeaseKeepAliveRequest', { id: id(1) })
/** For how long it lives now; 0: it is gone. */
export const LeaseKeepAliveResponse = table('LeaseKeepAliveResponse', { header, id: id(2), ttl: int(3) })
/** Ask what is left of a lease. */
export const LeaseTimeToLiveRequest = table('LeaseTimeToLiveRequest', { id: id(1), keys: flag(2) })
/** What is left; `ttl` -1: it is gone. */
export const LeaseTimeToLiveResponse = table('LeaseTimeToLiveResponse', {
  header,
  id: id(2),
  ttl: int(3),
  grantedTtl: int(4),
  keys: list(key(5)),
})
/** Ask for all leases. */
export const LeaseLeasesRequest = table('LeaseLeasesRequest', {})
/** A lease among others. */
export const LeaseStatus = table('LeaseStatus', { id: id(1) })
/** All leases. */
export const LeaseLeasesResponse = table('LeaseLeasesResponse', { header, leases: list(message(2, () => LeaseStatus)) })

/** Ask a member how it is. */
export const StatusRequest = table('StatusRequest', {})
/** How a member is. */
export const StatusResponse = table('StatusResponse', {
  header,
  version: text(2),
  dbSize: int(3),
  leader: id(4),
  raftIndex: int(5),
  raftTerm: int(6),
  raftAppliedIndex: int(7),
  errors: list(text(8)),
  dbSizeInUse: int(9),
  isLearner: flag(10),
})

/** Ask for the members of a cluster. */
export const MemberListRequest = table('MemberListRequest', {})
/** A member of a cluster. */
export const Member = table('Member', {
  id: id(1),
  name: text(2),
  peerUrls: list(text(3)),
  clientUrls: list(text(4)),
  isLearner: flag(5),
})
/** The members of a cluster. */
export const MemberListResponse = table('MemberListResponse', { header, members: list(message(2, () => Member)) })

/** Ask for alarms, raise or end one. */
export const AlarmRequest = table('AlarmRequest', { action: int(1), memberId: id(2), alarm: int(3) })
/** An alarm that is on. */
export const AlarmMember = table('AlarmMember', { memberId: id(1), alarm: int(2) })
/** The alarms that are on. */
export const AlarmResponse = table('AlarmResponse', { header, alarms: list(message(2, () => AlarmMember)) })

/** Show who one is. */
export const AuthenticateRequest = table('AuthenticateRequest', { name: text(1), password: text(2) })
/** What to show from then on. */
export const AuthenticateResponse = table('AuthenticateResponse', { header, token: text(2) })

/** A transaction to encode. */
export type TxnDraft = Draft<TxnRequestMessage>
