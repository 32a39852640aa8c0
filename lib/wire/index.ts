/** The wire: mKTL's requests and publications over ZeroMQ. */
export { errorReply, readError, RemoteError, WireError, type ErrorReplyOptions } from './errors.js'
export { Bulk, type Dtype, type TypedArray } from './frames/bulk.js'
export { formatJson, parseJson } from './frames/json.js'
export type { Payload, RequestType } from './frames/message.js'
export { CurveError } from './curve/curve-error.js'
export {
  defaultKeyDirectory,
  KeyDirectory,
  REGISTRY,
  type KeyDirectoryOptions,
  type KeyKind,
} from './curve/key-directory.js'
export { KeyPair } from './curve/key-pair.js'
export type { ClientCurve, ServerCurve } from './curve/proof.js'
export type { Port, WireLog, WireLoop } from './socket.js'
export { PublishServer, type PublishServerOptions } from './publish/publish-server.js'
export { SubscribeClient, type PublicationListener, type SubscribeClientOptions } from './publish/subscribe-client.js'
export type { RequestOptions } from './request/pending.js'
export type { ClientState, RequestClientOptions } from './request/client-options.js'
export { RequestClient } from './request/request-client.js'
export { RequestServer, type RequestServerOptions } from './request/request-server.js'
export type { Answer, Handler, ServerRequest } from './request/server-request.js'
