/** From the names of users and groups to their numbers. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { ConfigError } from '../errors/index.js'

/** A user as the system's list has it. */
export interface User {
  readonly uid: number
  /** The user's own group. */
  readonly gid: number
  /** Null if the list hasn't got the number: then there are no further groups, either. */
  readonly name: string | null
  readonly home: string
}

/** The highest number that names somebody: -1 means nobody at all to the kernel. */
const ID_MAX = 0xffff_fffe

/**
 * Find a user by name or number; a number need not be in any list, and then its group has the same number.
 *
 * @throws {ConfigError} If there is none of that name.
 * @example
 * assert.equal(findUser('root').uid, 0)
 */
export function findUser(nameOrNumber: string): User {
  const [name = null, , uid, gid, , home = '/'] = fieldsOf('passwd', nameOrNumber) ?? []
  if (name !== null) return { uid: Number(uid), gid: Number(gid), name, home }
  const number = numberOf(nameOrNumber)
  if (number === null) throw unknown('daemon.user', 'user', nameOrNumber)
  return { uid: number, gid: number, name: null, home: '/' }
}

/**
 * Find a group's number by its name or number; a number need not be in any list.
 *
 * @throws {ConfigError} If there is none of that name.
 * @example
 * assert.deepEqual([findGroup('root'), findGroup('4711')], [0, 4711])
 */
export function findGroup(nameOrNumber: string): number {
  const gid = fieldsOf('group', nameOrNumber)?.[2] ?? numberOf(nameOrNumber)
  if (gid === null) throw unknown('daemon.group', 'group', nameOrNumber)
  return Number(gid)
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) && Number(text) <= ID_MAX ? Number(text) : null
}

function unknown(setting: string, what: string, value: string): ConfigError {
  return new ConfigError([`${setting} must be the name or number of a ${what} of this system: it is "${value}"`])
}

/** The entry of that name, else of that number: of the file, else of the other lists that the system asks (LDAP). */
function fieldsOf(list: 'passwd' | 'group', wanted: string): string[] | null {
  if (/[:\n\0]|^-|^$/.test(wanted)) return null
  return find(readFileSync(`/etc/${list}`, 'utf8'), wanted) ?? find(ask(list, wanted), wanted)
}

function find(text: string, wanted: string): string[] | null {
  const entries = text.split('\n').map((line) => line.split(':'))
  return entries.find(([name]) => name === wanted) ?? entries.find(([, , id]) => id === wanted) ?? null
}

function ask(list: string, wanted: string): string {
  try {
    return execFileSync('getent', [list, wanted], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return '' // No such entry, or no such command: then the file is the only list.
  }
}
