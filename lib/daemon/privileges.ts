/**
 * Becoming another user, for good.
 *
 * The order matters: as soon as the user has changed, the groups can't be any more. Node's calls change all threads of
 * the process, the saved numbers too, and with them the kernel takes the capabilities away. That it did is looked up
 * afterwards, and regaining is tried: a daemon that could go back must not run.
 */
import { readFileSync } from 'node:fs'
import { codeOf, toError } from '../errors/index.js'
import { DaemonError, EX } from './daemon-error.js'
import { findGroup, findUser, type User } from './users.js'

/** Whom to become, in numbers. */
export interface Identity {
  /** Null: stay the user that this is. */
  readonly user: User | null
  readonly gid: number
}

/** A method of Node that its types lack. */
interface WithGroups extends NodeJS.Process {
  initgroups(user: string, extraGroup: number): void
}

/**
 * Look up whom the settings mean; null if nothing is to change.
 *
 * @throws {ConfigError} If there is no such user or group.
 * @throws {DaemonError} EPERM (77) if somebody else is meant and this is not the superuser.
 */
export function identityOf(settings: { readonly user: string | null; readonly group: string | null }): Identity | null {
  const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  const user = settings.user === null ? null : findUser(settings.user)
  const gid = settings.group === null ? (user?.gid ?? own.gid) : findGroup(settings.group)
  const isSame = (user?.uid ?? own.uid) === own.uid && gid === own.gid
  if (isSame && (own.uid !== 0 || user === null)) return null
  if (own.uid === 0) return { user, gid }
  const wanted = user === null ? `group ${gid}` : `user ${user.uid} of group ${gid}`
  const now = `user ${own.uid} of group ${own.gid}`
  throw new DaemonError('EPERM', `only the superuser can become ${wanted}: this is ${now}`, EX.noPerm)
}

/** Set the groups of a user, of whom the system's lists must still be in reach. */
export function becomeGroups({ user, gid }: Identity): void {
  const name = user?.name ?? null
  if (name === null) attempt(`a member of group ${gid} alone`, () => process.setgroups?.([gid]))
  else attempt(`a member of the groups of ${name}`, () => (process as WithGroups).initgroups(name, gid))
}

/**
 * Become the user and group, with no way back, and let the environment say so.
 *
 * @throws {DaemonError} ERR_PRIVILEGES (77) if it can't be done, or could be undone.
 */
export function becomeUser({ user, gid }: Identity): void {
  attempt(`group ${gid}`, () => process.setgid?.(gid))
  if (user === null) return
  attempt(`user ${user.uid}`, () => process.setuid?.(user.uid))
  if (user.uid !== 0) requireLost(user.uid, gid)
  process.env['HOME'] = user.home
  if (user.name === null) return
  process.env['USER'] = user.name
  process.env['LOGNAME'] = user.name
}

function attempt(whom: string, become: () => void): void {
  try {
    become()
  } catch (error) {
    const hint = codeOf(error) === 'ERR_INVALID_STATE' ? '; UV_USE_IO_URING must not be set' : ''
    const message = `cannot become ${whom}: ${toError(error).message}${hint}`
    throw new DaemonError('ERR_PRIVILEGES', message, EX.noPerm, { cause: error })
  }
}

function requireLost(uid: number, gid: number): void {
  const left = [
    ...(process.getuid?.() === uid && process.geteuid?.() === uid ? [] : ['the user is another']),
    ...(process.getgid?.() === gid && process.getegid?.() === gid ? [] : ['the group is another']),
    ...capabilitiesLeft(),
    ...(canBecome(() => process.setuid?.(0)) ? ['it can become user 0 again'] : []),
    ...(gid !== 0 && canBecome(() => process.setgid?.(0)) ? ['it can become group 0 again'] : []),
  ]
  if (left.length === 0) return
  throw new DaemonError('ERR_PRIVILEGES', `privileges must be gone as user ${uid}: ${left.join(', ')}`, EX.noPerm)
}

/** Those that are in force, could be put in force, or go to the programs that are started. */
function capabilitiesLeft(): string[] {
  let status: string
  try {
    status = readFileSync('/proc/self/status', 'latin1')
  } catch {
    return [] // After a chroot there is no /proc; that regaining fails is tried all the same.
  }
  return [...status.matchAll(/^(Cap(?:Eff|Prm|Amb)):\t0*([1-9a-f][0-9a-f]*)$/gm)].map(
    ([, name, bits]) => `${String(name)} is ${String(bits)}`,
  )
}

function canBecome(become: () => void): boolean {
  try {
    become()
    return true
  } catch {
    return false
  }
}
