/** Where a syslog server is, as an operator writes it. */
import { ConfigError } from '../errors/index.js'

/** A socket of this machine, or a port of a host. */
export type SyslogAddress =
  { readonly path: string } | { readonly transport: 'udp' | 'tcp'; readonly host: string; readonly port: number }

const PORTS = { udp: 514, tcp: 601 }

/**
 * Read an address: a path, `udp://HOST:PORT` or `tcp://HOST:PORT`. The port is 514 for UDP and 601 for TCP.
 *
 * @throws {ConfigError} If it is none of them.
 * @example
 * assert.deepEqual(readSyslogAddress('udp://[::1]'), { transport: 'udp', host: '::1', port: 514 })
 * assert.throws(() => readSyslogAddress('log.example.net'), /log.syslog.address must be a path, udp:/)
 */
export function readSyslogAddress(text: string): SyslogAddress {
  if (text.startsWith('/')) return { path: text }
  const [, transport, bracketed, bare, port] =
    /^(udp|tcp):\/\/(?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? bare
  const kind = transport?.toLowerCase() === 'tcp' ? 'tcp' : 'udp'
  const number = port === undefined ? PORTS[kind] : Number(port)
  if (host === undefined || number < 1 || number > 65_535) {
    throw new ConfigError([
      `log.syslog.address must be a path, udp://HOST:PORT or tcp://HOST:PORT: it is ${JSON.stringify(text)}`,
    ])
  }
  return { transport: kind, host, port: number }
}
