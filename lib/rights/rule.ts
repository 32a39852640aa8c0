/** One rule of the rights: who may do what, and where. */
import { fitsWildcard } from '../text/wildcard.js'
import type { Principal } from './principal.js'

/** What may be allowed: to see a value, to change one, to call a method, to let code and jobs run. */
export const RIGHTS = ['read', 'set', 'call', 'run'] as const

/** One of them. */
export type Right = (typeof RIGHTS)[number]

/** Whether a principal is meant. */
export type Who = (principal: Principal) => boolean

/** A rule as it is asked. All rules allow; what none allows is refused, so that their order means nothing. */
export interface Rule {
  readonly who: readonly Who[]
  readonly may: ReadonlySet<Right>
  /** Patterns of paths, as `patternOf` makes them. */
  readonly on: readonly string[]
}

/** Longer paths are refused unseen: no name is so long, and a pattern takes time for each character. */
export const PATH_CHARACTERS_MAX = 4_096

/** A public key of CURVE as people write it: 32 bytes in Z85. */
const PUBLIC_KEY = /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/

/** What `whoOf` understands, for messages. */
export const WHO_FORMS =
  'anyone, anonymous, key NAME, key PUBLIC-KEY, uid NUMBER, certificate NAME, job PATTERN or group NAME'

/**
 * Whom a text means, `group NAME` apart; null if it means nothing.
 *
 * @example
 * assert.equal(whoOf('uid 1000')?.({ kind: 'uid', id: 1000 }), true)
 * assert.equal(whoOf('uid x'), null)
 */
export function whoOf(text: string): Who | null {
  const [kind, name = ''] = cut(text)
  if (kind === 'anyone' && name === '') return () => true
  if (kind === 'anonymous' && name === '') return (principal) => principal.kind === 'anonymous'
  if (name === '') return null
  if (kind === 'job') return (principal) => principal.kind === 'job' && fitsWildcard(name, principal.id)
  if (kind === 'certificate') return (principal) => principal.kind === 'certificate' && principal.id === name
  if (kind === 'uid')
    return /^\d{1,10}$/.test(name) ? (principal) => principal.kind === 'uid' && principal.id === Number(name) : null
  if (kind !== 'key') return null
  if (PUBLIC_KEY.test(name)) return (principal) => principal.kind === 'key' && principal.id === name
  return (principal) => principal.kind === 'key' && principal.name === name
}

/** A text at its first space: `key lab` is a kind and a name. */
export function cut(text: string): [kind: string, name?: string] {
  const space = text.indexOf(' ')
  return space < 0 ? [text] : [text.slice(0, space), text.slice(space + 1).trim()]
}

/** A pattern as it is compared. Names of items and methods have no case; paths of kv, which begin with a slash, do. */
export function patternOf(text: string): string {
  return text.startsWith('/') ? text : text.toLowerCase()
}

/**
 * Whether a rule allows it.
 *
 * @example
 * const rule = { who: [() => true], may: new Set(['read']), on: ['heater.*'] }
 * assert.equal(allows(rule, { kind: 'anonymous' }, 'read', 'Heater.temp'), true)
 * assert.equal(allows(rule, { kind: 'anonymous' }, 'set', 'heater.temp'), false)
 */
export function allows({ who, may, on }: Rule, principal: Principal, right: Right, path: string): boolean {
  if (!may.has(right) || path.length > PATH_CHARACTERS_MAX) return false
  const name = patternOf(path)
  const isMeant = (pattern: string): boolean =>
    // A path of kv is meant by patterns of paths alone, so that `*` for all items opens no database.
    pattern.startsWith('/') === name.startsWith('/') && fitsWildcard(pattern, name)
  return on.some(isMeant) && who.some((one) => one(principal))
}
