/** connect: a proxy of a daemon that is somewhere. stop: end one. */
import { hostAndPort } from '../../net/listen.js'
import { readDaemonName } from '../discovery/daemon-name.js'
import { endpointOf } from '../discovery/known-block.js'
import { openStore, type OpenStoreOptions, type RemoteStore } from '../remote/remote-store.js'
import { Conversation } from './conversation.js'
import { MANNER, proxyOf } from './proxy.js'
import type { Manner, Remote } from './remote.js'
import { errorClasses, type ErrorClass } from './revive.js'

/** Where a daemon is looked for, and how it is asked. */
export interface ConnectOptions extends Omit<OpenStoreOptions, 'signal' | 'subscribe'>, Partial<Manner> {
  /** Classes of errors that come out of the proxy as they were thrown, besides those that everybody has. */
  readonly errors?: readonly ErrorClass[]
}

/**
 * A proxy of a daemon, by the daemon's class.
 *
 * @param name `NAME`, `NAME:HOST`, `NAME:PORT` (of this machine) or `NAME:HOST:PORT`.
 * @throws {DiscoveryError} ERR_NO_DAEMON if nobody answers to that name; ERR_AMBIGUOUS if several do.
 */
export async function connect<T extends object>(name: string, options: ConnectOptions = {}): Promise<Remote<T>> {
  const { errors, timeoutMs = MANNER.timeoutMs, signal = null, noReply = false, ...where } = options
  const store = await openStore(name, signal === null ? where : { ...where, signal })
  const conversation = new Conversation({
    ...{ name: labelOf(name, store), link: store.reach(), errors: errorClasses(errors) },
    close: () => store.close(),
  })
  return proxyOf<T>(conversation, { timeoutMs, signal, noReply })
}

/**
 * End a daemon in order. It has been told when this resolves.
 *
 * @throws As `connect`, and what the daemon answers.
 */
export async function stop(name: string, options: ConnectOptions = {}): Promise<void> {
  const daemon = await connect(name, options)
  try {
    await daemon.$stop()
  } finally {
    await daemon.$close()
  }
}

/** As it was named, and where it is: of several daemons of one store nowhere in particular. */
function labelOf(name: string, { daemons: [one, ...others] }: RemoteStore): string {
  const [given = name] = name.split(':')
  const { host, port } = readDaemonName(name)
  if (host !== null && port !== null) return `${given}:${hostAndPort(host, port)}`
  const endpoint = one === undefined || others.length > 0 ? null : endpointOf(one.block)
  return endpoint === null ? given : `${given}:${hostAndPort(endpoint.hostname, endpoint.rep)}`
}
