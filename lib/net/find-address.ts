/**
 * Finding IP addresses in lines of text, in one pass and without backtracking.
 *
 * Only runs of hexadecimal digits, colons and dots are looked at, and only those with dots or colons enough. What
 * stands around decides the rest, for logs are full of things that look alike: versions (`1.2.3`, `Chrome/120.0.0.0`),
 * times (`10:00:00`), hardware addresses, object identifiers and host names that begin with an address.
 */
import { isIPv6 } from 'node:net'
import { isIpv4 } from './address.js'

/** An address in a text: where it stands, and how it is written there, with its zone. */
export interface FoundAddress {
  readonly text: string
  readonly family: 4 | 6
  readonly start: number
  readonly end: number
}

const COLON = 58
const DOT = 46
const DASH = 45
const SLASH = 47
const UNDERSCORE = 95
const IPV4_MAX = 15
const IPV6_MAX = 45
/** What Apache's error log puts behind an IPv6 address, without brackets. */
const PORT = /:\d{1,5}$/

/** For each ASCII character: 1 for a letter, 2 for a hexadecimal digit, 3 for a colon or a dot. */
const KIND = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code)
  if (/[0-9a-f]/i.test(char)) return 2
  if (/[g-z]/i.test(char)) return 1
  return code === COLON || code === DOT ? 3 : 0
})

/**
 * The first IPv4 or IPv6 address; null if there is none. Ports and brackets around it are left out.
 * Without brackets a port is told from the address (`2001:db8::7:51234`) only where it can't be a part of it.
 *
 * @example
 * const line = 'Nov 21 10:00:00 mx1 sshd[7]: Connection from [2001:db8::7]:50022'
 * assert.equal(findAddress(line).text, '2001:db8::7')
 * assert.equal(findAddress('nginx 1.27.3 at 10:00:00, eth0 00:1b:44:11:3a:b7'), null)
 */
export function findAddress(line: string): FoundAddress | null {
  let end = 0
  let dot = line.indexOf('.')
  let colon = line.indexOf(':')
  // Dots and colons are few, and indexOf goes from one to the next far faster than a loop over characters.
  while (dot >= 0 || colon >= 0) {
    const first = dot < 0 || (colon >= 0 && colon < dot) ? colon : dot
    let start = first
    while (start > end && isOfRun(line.charCodeAt(start - 1))) start--
    let dots = 0
    let colons = 0
    let hasGap = false
    for (end = first; end < line.length; end++) {
      const code = line.charCodeAt(end)
      if (code === DOT) dots++
      else if (code === COLON) {
        colons++
        hasGap ||= line.charCodeAt(end + 1) === COLON
      } else if (!isOfRun(code)) break
    }
    if (hasGap || colons > 5) {
      const found = findIpv6(line, start, end)
      if (found !== null) return found
    }
    if (dots > 2) {
      const found = findIpv4(line, start, end)
      if (found !== null) return found
    }
    if (dot >= 0 && dot < end) dot = line.indexOf('.', end)
    if (colon >= 0 && colon < end) colon = line.indexOf(':', end)
  }
  return null
}

/**
 * All addresses, in the order of the line. Each run is gone through once, however many addresses it holds.
 *
 * @example
 * assert.deepEqual(findAddresses('192.0.2.1:25 -> [2001:db8::7]').map(({ text }) => text), ['192.0.2.1', '2001:db8::7'])
 */
export function findAddresses(line: string): FoundAddress[] {
  const all: FoundAddress[] = []
  const run = /[\da-fA-F:.]+/g
  for (let match = run.exec(line); match !== null; match = run.exec(line)) {
    const end = match.index + match[0].replace(/(?<!\.)\.+$/, '').length
    let start = match.index
    for (let found = findIn(line, start, end); found !== null; found = findIn(line, start, end)) {
      all.push(found)
      start = found.end
    }
    if (start > run.lastIndex) run.lastIndex = start // Behind a zone.
  }
  return all
}

function findIn(line: string, start: number, end: number): FoundAddress | null {
  return start >= end ? null : (findIpv6(line, start, end) ?? findIpv4(line, start, end))
}

/** A run as one IPv6 address, without the punctuation at its ends. */
function findIpv6(line: string, runStart: number, runEnd: number): FoundAddress | null {
  let start = runStart
  let end = runEnd
  while (end > start && line.charCodeAt(end - 1) === DOT) end--
  if (line.charCodeAt(end - 1) === COLON && (line.charCodeAt(end - 2) !== COLON || line.charCodeAt(end - 3) === COLON))
    end--
  if (
    line.charCodeAt(start) === COLON &&
    (line.charCodeAt(start + 1) !== COLON || line.charCodeAt(start + 2) === COLON)
  )
    start++
  // `[IPv6:2001:db8::1]`, an address literal of mail (RFC 5321).
  if (line.startsWith('6:', start) && line.slice(start - 3, start).toLowerCase() === 'ipv') start += 2
  if (end - start > IPV6_MAX + 6 || end - start < 2 || !isFreeBefore(line, start)) return null
  const whole = line.slice(start, end)
  const bare = isIPv6(whole) ? whole : whole.replace(PORT, '')
  end = start + bare.length
  if (!isIPv6(bare) || !(isPlausible(bare) || (line[start - 1] === '[' && line[end] === ']'))) return null
  if (line[end] === '%') end = zoneEnd(line, end)
  return isFreeBehind(line, end) ? { text: line.slice(start, end), family: 6, start, end } : null
}

/** The first IPv4 address in a run: at its beginning or behind one of its colons. */
function findIpv4(line: string, runStart: number, runEnd: number): FoundAddress | null {
  let start = runStart
  while (start < runEnd) {
    let end = start
    while (end < runEnd && line.charCodeAt(end) !== COLON) end++
    const next = end + 1
    while (end > start && line.charCodeAt(end - 1) === DOT) end--
    const text = end - start > IPV4_MAX ? '' : line.slice(start, end)
    if (isIpv4(text) && isFreeBefore(line, start) && isFreeBehind(line, end) && !isVersion(line, start, end)) {
      return { text, family: 4, start, end }
    }
    start = next
  }
  return null
}

/** Whether what stands before doesn't make it a part of a longer name. */
function isFreeBefore(line: string, start: number): boolean {
  const code = line.charCodeAt(start - 1)
  return !(isWord(code) || code === DOT || (code === DASH && isWord(line.charCodeAt(start - 2))))
}

/** Whether what follows doesn't continue it. */
function isFreeBehind(line: string, end: number): boolean {
  const code = line.charCodeAt(end)
  return !(isWord(code) || ((code === DOT || code === DASH) && isWord(line.charCodeAt(end + 1))))
}

/** `Chrome/120.0.0.0` is a version; with a port (`db1/192.0.2.1:5432`, as Java writes sockets) it is an address. */
function isVersion(line: string, start: number, end: number): boolean {
  return line.charCodeAt(start - 1) === SLASH && isWord(line.charCodeAt(start - 2)) && line.charCodeAt(end) !== COLON
}

/**
 * Whether what reads as IPv6 is meant so: not the bare `::`, not names of code (`Be::Ad`), not eight pairs of digits,
 * which are a world wide name or an EUI-64.
 */
function isPlausible(text: string): boolean {
  return text !== '::' && /\d|[a-f]{4}/i.test(text) && !/^..(?::..){7}$/.test(text)
}

/** Whether a character may stand in an address: a hexadecimal digit, a colon or a dot. */
function isOfRun(code: number): boolean {
  return code < 128 && (KIND[code] ?? 0) > 1
}

function isWord(code: number): boolean {
  return code === UNDERSCORE || (code < 128 && (KIND[code] === 1 || KIND[code] === 2))
}

/** Where the zone that begins with the `%` at `percent` ends; `percent` itself if nothing follows. */
function zoneEnd(line: string, percent: number): number {
  const zone = /[\w-]+(?:\.\w+)*/y
  zone.lastIndex = percent + 1
  return zone.test(line) ? zone.lastIndex : percent
}
