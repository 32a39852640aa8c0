/** Finding a socket that systemd opened for the service. */
import { DeadbeatError, describeValue } from '../errors/index.js'
import { givenSockets, type GivenSocket } from './given-sockets.js'

/**
 * The descriptor of a socket that was passed to this process, by its name (`FileDescriptorName=`) or its number from 0.
 *
 * @throws {DeadbeatError} ENOENT if there is none of that name.
 * @example
 * assert.equal(activatedFd('http', [{ name: 'syslog', fd: 3 }, { name: 'http', fd: 4 }]), 4)
 */
export function activatedFd(name: string, sockets: readonly GivenSocket[] = givenSockets()): number {
  const byName = sockets.find((socket) => socket.name === name)
  const found = byName ?? (/^\d{1,4}$/.test(name) ? sockets[Number(name)] : undefined)
  if (found !== undefined) return found.fd
  const names = sockets.map((socket) => socket.name).join(', ')
  const there = sockets.length > 0 ? `it passed ${sockets.length}, ${describeValue(names)}` : 'it passed none'
  throw new DeadbeatError('ENOENT', `no socket ${describeValue(name)} was passed by systemd: ${there}`)
}
