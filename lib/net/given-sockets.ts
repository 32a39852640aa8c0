/** Sockets that a service manager opened for this process: systemd's protocol (sd_listen_fds(3)). */

/** The first of them; the others follow without a gap. */
const FIRST = 3

/** An open socket that a process was started with. */
export interface GivenSocket {
  /** What its unit says (`FileDescriptorName=`), else its socket unit's own name; `unknown` if nobody says. */
  readonly name: string
  readonly fd: number
}

let taken: readonly GivenSocket[] | null = null

/**
 * The sockets that this process was started with, in the order of its unit. The first call takes the variables that
 * say so out of the environment, so that no child takes them for its own.
 */
export function givenSockets(): readonly GivenSocket[] {
  taken ??= takeSockets(process.env)
  return taken
}

/**
 * Read such an environment, and take the variables out of it. `net.Server.listen({ fd })` and
 * `dgram.Socket.bind({ fd })` take such a descriptor.
 *
 * @param pid Which process is meant by them.
 * @example
 * const env = { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'syslog:http' }
 * assert.deepEqual(takeSockets(env, 7), [{ name: 'syslog', fd: 3 }, { name: 'http', fd: 4 }])
 * assert.deepEqual(env, {})
 */
export function takeSockets(env: Record<string, string | undefined>, pid: number = process.pid): GivenSocket[] {
  const { LISTEN_PID: whose, LISTEN_FDS: count = '', LISTEN_FDNAMES: names = '' } = env
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'LISTEN_PIDFDID']) Reflect.deleteProperty(env, name)
  if (Number(whose) !== pid || !/^\d{1,4}$/.test(count)) return [] // They are somebody else's.
  const named = names.split(':')
  return Array.from({ length: Number(count) }, (_, i) => ({ name: named[i] || 'unknown', fd: FIRST + i }))
}
