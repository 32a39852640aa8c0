/** Which broadcasts reach a machine at one of its addresses. */
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopback } from '../../net/is-loopback.js'

/** The broadcast that never leaves this machine. */
export const LOOPBACK_BROADCAST = '127.255.255.255'
/** The broadcast to all of the local net. */
export const NET_BROADCAST = '255.255.255.255'

/** An address of this machine with its net, as `os.networkInterfaces()` tells of them. */
export interface OwnAddress {
  readonly address: string
  readonly netmask: string
}

/**
 * The broadcast addresses that somebody who listens at an address has to listen at besides, as a socket that is bound to
 * one address hears what is sent to that address alone. None for `0.0.0.0`, which hears all, and for IPv6, which has none.
 *
 * @example
 * assert.deepEqual(broadcastsTo('127.0.0.1'), ['127.255.255.255'])
 * assert.deepEqual(
 *   broadcastsTo('192.0.2.7', [{ address: '192.0.2.7', netmask: '255.255.255.0' }]),
 *   ['255.255.255.255', '192.0.2.255'],
 * )
 */
export function broadcastsTo(host: string, own: readonly OwnAddress[] = ownAddresses()): string[] {
  if (isLoopback(host)) return host === '::1' ? [] : [LOOPBACK_BROADCAST]
  if (!isIPv4(host) || host === '0.0.0.0') return []
  const nets = own.filter(({ address }) => address === host).map(({ address, netmask }) => lastOf(address, netmask))
  return [...new Set([NET_BROADCAST, ...nets])]
}

function ownAddresses(): readonly OwnAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
}

/** The last address of a net. */
function lastOf(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number)
  return address
    .split('.')
    .map((part, i) => Number(part) | (~(mask[i] ?? 0) & 0xff))
    .join('.')
}
