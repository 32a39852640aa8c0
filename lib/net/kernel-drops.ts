/** How many datagrams the kernel dropped since nobody read them in time: /proc/net/udp and udp6. */
import { readFileSync } from 'node:fs'

/**
 * The drops of all sockets that are bound to a port, as the text of such a file says. The port is in hexadecimal behind
 * the local address; the drops are the last column.
 *
 * @example
 * const text = '  sl  local_address ...\n  7: 0100007F:1432 00000000:0000 07 0 0 0 0 0 12345 2 0 42'
 * assert.equal(dropsIn(text, 0x1432), 42)
 */
export function dropsIn(text: string, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  let drops = 0
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    if (fields[1]?.endsWith(suffix) === true) drops += Number(fields.at(-1))
  }
  return drops
}

/** The kernel's drops at a port, for IPv4 or IPv6; null where the system doesn't show them. */
export function kernelDrops(port: number, family: 'IPv4' | 'IPv6'): number | null {
  try {
    return dropsIn(readFileSync(family === 'IPv4' ? '/proc/net/udp' : '/proc/net/udp6', 'latin1'), port)
  } catch {
    return null // Another system.
  }
}
