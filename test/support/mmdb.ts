/** Writes databases in MaxMind's format, version 2.0 (https://maxmind.github.io/MaxMind-DB/), as small as tests need them. */
import { parseNetwork } from '../../lib/net/network-table.js'

type Node = [Branch, Branch]
type Branch = Node | number | null

/** A database of IPv6 with these networks, IPv4 ones among them, each with its entry. No network may hold another. */
export function mmdb(entries: Readonly<Record<string, unknown>>): Buffer {
  const data: Buffer[] = []
  let length = 0
  const root: Node = [null, null]
  for (const [text, entry] of Object.entries(entries)) {
    const network = parseNetwork(text)
    if (network === null) throw new Error(`no network: ${text}`)
    const { address, bits } = network
    const bytes = address.family === 4 ? Buffer.concat([Buffer.alloc(12), address.bytes]) : Buffer.from(address.bytes)
    put(root, bytes, address.family === 4 ? bits + 96 : bits, length)
    const written = write(entry)
    data.push(written)
    length += written.length
  }
  const nodes: Node[] = []
  number(root, nodes)
  const tree = Buffer.concat(nodes.map((node) => Buffer.concat(node.map((branch) => record(branch, nodes)))))
  const metadata = write({
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1_795_251_600 },
    ...{ database_type: 'Test', ip_version: 6, node_count: nodes.length, record_size: 32, languages: ['en'] },
    description: { en: 'test' },
  })
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata])
}

function put(root: Node, bytes: Buffer, bits: number, offset: number): void {
  let at = root
  for (let i = 0; i < bits; i++) {
    const bit = (((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) as 0 | 1
    if (i === bits - 1) at[bit] = offset
    else {
      const next = at[bit]
      const node: Node = Array.isArray(next) ? next : [null, null]
      at[bit] = node
      at = node
    }
  }
}

function number(node: Node, nodes: Node[]): void {
  nodes.push(node)
  for (const branch of node) if (Array.isArray(branch)) number(branch, nodes)
}

/** 32 bits: the number of a node, that of nodes for nothing, or behind it the place of an entry. */
function record(branch: Branch, nodes: readonly Node[]): Buffer {
  const buffer = Buffer.alloc(4)
  const value =
    branch === null ? nodes.length : typeof branch === 'number' ? nodes.length + 16 + branch : nodes.indexOf(branch)
  buffer.writeUInt32BE(value)
  return buffer
}

function write(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number' && Number.isInteger(value)) {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(6, 4), bytes])
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return Buffer.concat([control(3, 8), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(write)])
  const pairs = Object.entries(value as object).flatMap(([key, part]) => [write(key), write(part)])
  return Buffer.concat([control(7, pairs.length / 2), ...pairs])
}

/** The type and the size of what follows; sizes above 28 take a byte more. */
function control(type: number, size: number): Buffer {
  const short = Math.min(size, 29)
  const long = size < 29 ? [] : [size - 29]
  return type > 7 ? Buffer.of(short, type - 7, ...long) : Buffer.of((type << 5) | short, ...long)
}
