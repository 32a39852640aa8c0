/** Sockets that systemd opened for the service: socket activation, sd_listen_fds(3). */
import { DeadbeatError, describeValue } from '../errors/index.js'

const FIRST_FD = 3

/**
 * The descriptor of a socket that was passed to this process, by its name (`FileDescriptorName=`) or its number from 0.
 *
 * @throws {DeadbeatError} ENOENT if there is none of that name.
 * @example
 * const env = { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'syslog:http' }
 * assert.equal(activatedFd('http', env, 7), 4)
 */
export function activatedFd(
  name: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  pid = process.pid,
): number {
  const count = env.LISTEN_PID === String(pid) ? Number(env.LISTEN_FDS ?? 0) : 0
  const names = (env.LISTEN_FDNAMES ?? '').split(':')
  const byName = names.slice(0, count).indexOf(name)
  const number = byName < 0 && /^\d+$/.test(name) ? Number(name) : byName
  if (number >= 0 && number < count) return FIRST_FD + number
  const there = count > 0 ? `it passed ${count}, ${describeValue(names.join(', '))}` : 'it passed none'
  throw new DeadbeatError('ENOENT', `no socket ${describeValue(name)} was passed by systemd: ${there}`)
}
