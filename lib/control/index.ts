/** The control socket: how a running daemon is looked at and steered from the same machine. */
export { controlBaseConfig, metricsBaseConfig } from './base-config.js'
export { ControlClient, RequestError, type Update } from './client.js'
export type { ControlRights } from './guard.js'
export { ControlServer, type ControlOptions } from './server.js'
export { MetricsServer, type MetricsOptions } from './metrics-server.js'
export { metricsText } from './metrics-text.js'
export { OPS, type Answer, type Op, type Request } from './protocol.js'
