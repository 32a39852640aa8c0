/** Host names of addresses: the resolver, which questions mean "there is none", and which names may be believed. */
import { Resolver } from 'node:dns/promises'
import { codeOf, describeValue, toError } from '../errors/index.js'
import { formatAddress, isIpv4, parseAddress, unmapAddress } from './address.js'

/** What looks names up. */
export interface ReverseResolver {
  /** The names of an address. Fails with the code `ENOTFOUND` or `ENODATA` if it has none. */
  reverse(address: string): Promise<readonly string[]>
  /** Give up what is under way. */
  cancel?(): void
}

/** Whom to ask, and how long to wait for each answer. */
export interface ReverseDnsOptions {
  /** Addresses with an optional port (`127.0.0.1:5353`, `[::1]:5353`); if there is none, those of the system. */
  readonly servers: readonly string[]
  readonly timeoutMs: number
  readonly tries: number
}

const NO_NAME = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * A resolver that asks DNS servers, and them alone: no file of hosts. It opens nothing before the first question.
 *
 * It asks for PTR records, for `reverse` of Node would look into the file of hosts after a server has failed, and
 * then says ENOTFOUND: an address without a name couldn't be told from a server that is away.
 *
 * @throws {RangeError} If a server is no address.
 * @example
 * assert.throws(() => reverseResolver({ servers: ['localhost'], timeoutMs: 1, tries: 1 }), /servers must be addresses/)
 */
export function reverseResolver({ servers, timeoutMs, tries }: ReverseDnsOptions): ReverseResolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries })
  try {
    if (servers.length > 0) resolver.setServers(servers)
  } catch (error) {
    const rule = 'servers must be addresses, each with an optional port'
    throw new RangeError(`${rule}: they are ${describeValue(servers)}: ${toError(error).message}`, { cause: error })
  }
  return {
    reverse: async (address) => resolver.resolvePtr(reverseName(address)),
    cancel: () => resolver.cancel(),
  }
}

/**
 * The name under which the DNS keeps the names of an address.
 *
 * @throws {TypeError} If the text is no address.
 * @example
 * assert.equal(reverseName('192.0.2.7'), '7.2.0.192.in-addr.arpa')
 * assert.equal(reverseName('2001:db8::7').endsWith('.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'), true)
 */
export function reverseName(address: string): string {
  const parsed = parseAddress(address)
  if (parsed === null) throw new TypeError(`must be an IPv4 or IPv6 address: it is ${describeValue(address)}`)
  const { family, bytes } = parsed
  if (family === 4) return `${bytes.toReversed().join('.')}.in-addr.arpa`
  return `${Array.from(Buffer.from(bytes).toString('hex')).reverse().join('.')}.ip6.arpa`
}

/**
 * Whether a failed look-up means that the address has no name, which is an answer like any other.
 *
 * @example
 * assert.equal(isNoName(Object.assign(new Error('gone'), { code: 'ENOTFOUND' })), true)
 * assert.equal(isNoName(Object.assign(new Error('late'), { code: 'ETIMEOUT' })), false)
 */
export function isNoName(error: unknown): boolean {
  return NO_NAME.has(codeOf(error))
}

/**
 * The first name that can be one: up to 253 printable characters without blanks. Whoever owns an address may answer
 * anything for it; a line end in it would forge lines in what we write. An empty text if there is none.
 *
 * @example
 * assert.equal(firstName(['bad\nname', 'mx.example', 'mx2.example']), 'mx.example')
 * assert.equal(firstName([]), '')
 */
export function firstName(names: readonly string[]): string {
  return names.find((name) => /^[!-~]{1,253}$/.test(name)) ?? ''
}

/**
 * The text under which an address is looked up: canonical, without a zone, a mapped one as its IPv4 address.
 * Null if the text is no address.
 *
 * @example
 * assert.equal(lookupForm('::FFFF:192.0.2.1'), '192.0.2.1')
 * assert.equal(lookupForm('fe80::1%eth0'), 'fe80::1')
 * assert.equal(lookupForm('1.2.3'), null)
 */
export function lookupForm(text: string): string | null {
  if (isIpv4(text)) return text
  const address = parseAddress(text)
  return address === null ? null : formatAddress({ ...unmapAddress(address), zone: '' })
}
