/** The members of a cluster: one is talked to, the next takes over when it fails. Each has a channel once it is used. */
import { loadGrpc, type Channel } from '../rpc/grpc.js'
import type { EtcdSettings } from './options.js'

const RECONNECT_MAX_MS = 1000

/** One member. */
export class Endpoint {
  readonly address: string
  readonly channel: Channel
  /** Whether there is a connection. */
  isReady = false
  /** How many connections were made. */
  connections = 0

  constructor(address: string, settings: EtcdSettings) {
    this.address = address
    this.channel = channelTo(address, settings)
    this.follow()
  }

  /** Called at once with each change, so that no connection is missed. */
  private follow(): void {
    const { connectivityState } = loadGrpc()
    const state = this.channel.getConnectivityState(false)
    const isReady = state === connectivityState.READY
    if (isReady && !this.isReady) this.connections += 1
    this.isReady = isReady
    if (state === connectivityState.SHUTDOWN) return
    this.channel.watchConnectivityState(state, Infinity, () => {
      this.follow()
    })
  }
}

/** All members. */
export class Endpoints {
  private readonly settings: EtcdSettings
  private readonly made: (Endpoint | undefined)[] = []
  private at = 0

  constructor(settings: EtcdSettings) {
    this.settings = settings
  }

  /** The one to talk to. */
  get current(): Endpoint {
    const address = this.settings.endpoints[this.at] as string
    return (this.made[this.at] ??= new Endpoint(address, this.settings))
  }

  /** One failed: go on with the next, unless somebody did already. */
  failed(endpoint: Endpoint): void {
    if (endpoint === this.made[this.at]) this.at = (this.at + 1) % this.settings.endpoints.length
  }

  close(): void {
    for (const endpoint of this.made) endpoint?.channel.close()
  }
}

function channelTo(address: string, { tls, pingMs, pingTimeoutMs, retryMs, answerBytesMax }: EtcdSettings): Channel {
  const { Channel, credentials } = loadGrpc()
  const secure = tls === null ? credentials.createInsecure() : credentials.createSsl(tls.ca, tls.key, tls.cert)
  return new Channel(`dns:${address}`, secure, {
    // Without pings nobody notices that a peer has gone in silence; only while calls are under way, as etcd wants it.
    'grpc.keepalive_time_ms': pingMs,
    'grpc.keepalive_timeout_ms': pingTimeoutMs,
    'grpc.initial_reconnect_backoff_ms': Math.min(retryMs, RECONNECT_MAX_MS),
    'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
    'grpc.max_receive_message_length': answerBytesMax,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
    // Two clients of one process don't share a connection: what one suffers is not the other's.
    'grpc.use_local_subchannel_pool': 1,
    ...(tls?.serverName == null
      ? {}
      : { 'grpc.ssl_target_name_override': tls.serverName, 'grpc.default_authority': tls.serverName }),
  })
}
