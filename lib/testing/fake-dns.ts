/** A DNS server for tests: a real one, on loopback, that answers from a table and fails as it is told. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4, isIPv6 } from 'node:net'

/** What a name has: addresses for a host, names for an address; or how the server fails on it. */
export type DnsReply = readonly string[] | 'SERVFAIL' | 'NXDOMAIN' | 'REFUSED' | 'silence'

const RCODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }
const TYPES = { A: 1, PTR: 12, AAAA: 28 }
const HEADER_BYTES = 12
const TTL_S = 60

/**
 * A DNS server (RFC 1035) for A, AAAA and PTR. The table is asked for a host's name in lower case, or for an address as
 * it is written (`192.0.2.7`, `2001:db8::7`). What isn't in it doesn't exist.
 *
 * @example
 * const dns = await FakeDns.start({ '192.0.2.7': ['host.example'], 'host.example': ['192.0.2.7'], slow: 'silence' })
 * const { Resolver } = await import('node:dns/promises')
 * const resolver = new Resolver()
 * resolver.setServers([dns.at])
 * assert.deepEqual(await resolver.reverse('192.0.2.7'), ['host.example'])
 * assert.deepEqual([await resolver.resolve4('host.example'), dns.asked], [['192.0.2.7'], ['192.0.2.7', 'host.example']])
 * dns.close()
 */
export class FakeDns {
  /** The table; it may be changed at any time. */
  readonly table: Map<string, DnsReply>
  /** What was asked for, in order. */
  readonly asked: string[] = []
  /** Where it listens: `127.0.0.1:PORT`. */
  readonly at: string
  readonly #socket: Socket

  private constructor(socket: Socket, table: Readonly<Record<string, DnsReply>>) {
    this.#socket = socket
    this.table = new Map(Object.entries(table))
    this.at = `127.0.0.1:${socket.address().port}`
    socket.on('message', (message, from) => this.#answer(message, from))
  }

  /** Start one on a port of its own. */
  static async start(table: Readonly<Record<string, DnsReply>>): Promise<FakeDns> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new FakeDns(socket, table)
  }

  /** Stop: whoever asks from now on gets no answer. */
  close(): void {
    this.#socket.close()
  }

  #answer(query: Buffer, from: RemoteInfo): void {
    const question = readQuestion(query)
    if (question === null) return // No question that anybody could answer.
    const name = addressOf(question.name) ?? question.name
    this.asked.push(name)
    const reply = this.table.get(name) ?? 'NXDOMAIN'
    if (reply === 'silence') return
    const records = typeof reply === 'string' ? [] : reply.flatMap((value) => recordOf(question.type, value))
    const header = Buffer.alloc(HEADER_BYTES)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8180 | (typeof reply === 'string' ? RCODES[reply] : 0), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    this.#socket.send(
      Buffer.concat([header, query.subarray(HEADER_BYTES, question.end), ...records]),
      from.port,
      from.address,
    )
  }
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } | null {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    if (length > 63 || at + 1 + length >= query.length) return null
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  if (at + 5 > query.length) return null
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** One answer of that type, if the value is of it; its name is the question's. */
function recordOf(type: number, value: string): Buffer[] {
  const data =
    type === TYPES.PTR && !isIPv4(value) && !isIPv6(value)
      ? nameBytes(value)
      : type === TYPES.A && isIPv4(value)
        ? Buffer.from(value.split('.').map(Number))
        : type === TYPES.AAAA && isIPv6(value)
          ? Buffer.from(groupsOf(value).join(''), 'hex')
          : null
  if (data === null) return []
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(TTL_S, 6)
  head.writeUInt16BE(data.length, 10)
  return [Buffer.concat([head, data])]
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label))
  return Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.from([0])])
}

/** The eight groups of an IPv6 address, four digits each. */
function groupsOf(address: string): string[] {
  const [before = '', after] = address.split('::')
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '')
  const [head, tail] = [groups(before), groups(after ?? '')]
  const middle = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...middle, ...tail].map((group) => group.padStart(4, '0'))
}

/** `7.2.0.192.in-addr.arpa` as 192.0.2.7, and the same for IPv6; null for any other name. */
function addressOf(name: string): string | null {
  const parts = name.split('.').slice(0, -2).reverse()
  if (name.endsWith('.in-addr.arpa')) return parts.join('.')
  if (!name.endsWith('.ip6.arpa')) return null
  return new URL(`http://[${parts.join('').replace(/(.{4})(?=.)/g, '$1:')}]`).hostname.slice(1, -1)
}
