/** How people name a daemon: `NAME`, `NAME:HOST`, `NAME:PORT`, `NAME:HOST:PORT`. */
import { describeValue } from '../../errors/index.js'
import { nameOf } from '../daemon/home.js'
import { DiscoveryError } from './discovery-error.js'

/** A daemon as somebody named it. */
export interface DaemonName {
  /** The name of its store. */
  readonly store: string
  /** The machine; null: wherever it is. */
  readonly host: string | null
  /** The port for requests; null: it has to be found out. */
  readonly port: number | null
}

const FORM = /^([^:]+)(?::(\[[^\]]+\]|[^:[\]]*[^:[\]\d][^:[\]]*|\d+(?:\.\d+){3}))?(?::(\d+))?$/
const PORT_MAX = 65_535

/**
 * A daemon from its name. A second part that is a number is a port of this machine. An address of IPv6 stands in brackets.
 *
 * @throws {DiscoveryError} ERR_DAEMON_NAME if it is of none of the forms.
 * @example
 * assert.deepEqual(readDaemonName('Lamp'), { store: 'lamp', host: null, port: null })
 * assert.deepEqual(readDaemonName('lamp:10079'), { store: 'lamp', host: 'localhost', port: 10079 })
 * assert.deepEqual(readDaemonName('lamp:[::1]:10079'), { store: 'lamp', host: '::1', port: 10079 })
 */
export function readDaemonName(text: string): DaemonName {
  const [, name = '', host, digits] = FORM.exec(text) ?? []
  const port = digits === undefined ? null : Number(digits)
  if (name === '' || port === 0 || (port ?? 0) > PORT_MAX) throw refusal(text)
  try {
    const store = nameOf('store', name)
    return { store, host: host?.replace(/^\[|\]$/g, '') ?? (port === null ? null : 'localhost'), port }
  } catch (cause) {
    throw refusal(text, cause)
  }
}

/** A daemon's name as it is read. */
export function formatDaemonName({ store, host, port }: DaemonName): string {
  const parts = [store, host?.includes(':') === true ? `[${host}]` : host, port]
  return parts.filter((part) => part !== null).join(':')
}

function refusal(text: string, cause?: unknown): DiscoveryError {
  return new DiscoveryError(
    'ERR_DAEMON_NAME',
    `the name of a daemon must be NAME, NAME:HOST, NAME:PORT or NAME:HOST:PORT: it is ${describeValue(text)}`,
    { cause },
  )
}
