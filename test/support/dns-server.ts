import dnsPacket from 'dns-packet'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { canonicalAddress } from '../../lib/net/address.js'

/** The names of an address, or how the server fails on it; `silence`: it never answers. */
export type Reply = readonly string[] | 'SERVFAIL' | 'REFUSED' | 'silence'

const RCODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

/** A DNS server on loopback that answers what names addresses have. An address that it doesn't know doesn't exist. */
export class DnsServer {
  /** The addresses that were asked for, in the order of the questions. */
  readonly asked: string[] = []
  /** Where it listens, as the option `servers` wants it. */
  readonly at: string
  readonly #socket: Socket
  readonly #zone: ReadonlyMap<string, Reply>

  private constructor(socket: Socket, zone: ReadonlyMap<string, Reply>) {
    this.#socket = socket
    this.#zone = zone
    this.at = `127.0.0.1:${socket.address().port}`
    socket.on('message', (message, from) => this.#answer(message, from))
  }

  static async start(zone: Readonly<Record<string, Reply>>): Promise<DnsServer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new DnsServer(socket, new Map(Object.entries(zone)))
  }

  close(): void {
    this.#socket.close()
  }

  #answer(message: Uint8Array, from: RemoteInfo): void {
    const { id = 0, questions = [] } = dnsPacket.decode(message)
    const [question] = questions
    if (question === undefined) return
    const address = addressOf(question.name)
    this.asked.push(address)
    const reply = this.#zone.get(address)
    if (reply === 'silence') return
    const names = typeof reply === 'object' ? reply : []
    const rcode = reply === undefined ? RCODES.NXDOMAIN : typeof reply === 'string' ? RCODES[reply] : 0
    const answers = names.map((data) => ({ type: 'PTR', name: question.name, ttl: 60, data }))
    this.#socket.send(
      dnsPacket.encode({ type: 'response', id, flags: rcode, questions, answers }),
      from.port,
      from.address,
    )
  }
}

/** `7.2.0.192.in-addr.arpa` as 192.0.2.7, and the same for IPv6. */
function addressOf(name: string): string {
  const parts = name.toLowerCase().split('.').slice(0, -2).reverse()
  if (name.endsWith('.in-addr.arpa')) return parts.join('.')
  return canonicalAddress(parts.join('').replace(/(.{4})(?=.)/g, '$1:')) ?? name
}
