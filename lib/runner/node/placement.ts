/** Where a job of kind `any` runs: every node works out the same order, and waits the longer the later its turn is. */
import { createHash } from 'node:crypto'
import { isObject } from '../is-object.js'
import { maybe, readStored, YES_OR_NO, type Rule } from './stored.js'

/** A member of a group, as it says itself. */
export interface Member {
  readonly node: string
  /** How many attempts it may run at once. */
  readonly capacity: number
  readonly labels: Readonly<Record<string, string>>
  /** Whether it takes nothing more. */
  readonly isDraining: boolean
}

const TEXTS: Rule = [
  (value) => isObject(value) && Object.values(value).every((text) => typeof text === 'string'),
  'an object of texts',
]
const CAPACITY: Rule = [(value) => Number.isSafeInteger(value) && (value as number) >= 1, 'a whole number, at least 1']
const FIELDS = { capacity: maybe(CAPACITY), labels: maybe(TEXTS), isDraining: maybe(YES_OR_NO) }

/**
 * A member as it is stored.
 *
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 */
export function readMember(node: string, text: string): Member {
  const said: Partial<Member> = readStored(`what node ${node} says of itself`, text, FIELDS)
  const { capacity = 1, labels = {}, isDraining = false } = said
  return { node, capacity, labels, isDraining }
}

/** A member of which nothing can be read: it takes nothing. */
export function unreadableMember(node: string): Member {
  return { node, capacity: 0, labels: {}, isDraining: true }
}

/** How much a member has to do. */
export type LoadOf = (node: string) => number

/** Whether a member may run a job that asks for labels. */
export function hasLabels(member: Pick<Member, 'labels'>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(member.labels, name) && member.labels[name] === value,
  )
}

/**
 * How many members come before a node for a job: those that have less to do for what they can, and among equals in an
 * order that differs from job to job. Who doesn't know all of it is only later or earlier than it should be: the claim
 * decides.
 *
 * @example
 * const node = (name) => ({ node: name, capacity: 10, labels: {}, isDraining: false })
 * const load = (name) => (name === 'a' ? 5 : 0)
 * assert.equal(rankOf('a', 'job', {}, [node('a'), node('b')], load), 1)
 * assert.equal(rankOf('b', 'job', {}, [node('a'), node('b')], load), 0)
 */
export function rankOf(
  node: string,
  job: string,
  labels: Readonly<Record<string, string>>,
  members: Iterable<Member>,
  loadOf: LoadOf,
): number {
  let own: readonly [number, string] | null = null
  const others: (readonly [number, string])[] = []
  for (const member of members) {
    const running = loadOf(member.node)
    if (member.node !== node && (member.isDraining || running >= member.capacity || !hasLabels(member, labels)))
      continue
    const place = [running / member.capacity, drawn(job, member.node)] as const
    if (member.node === node) own = place
    else others.push(place)
  }
  if (own === null) return others.length
  const [load, draw] = own
  return others.filter(([otherLoad, otherDraw]) => otherLoad < load || (otherLoad === load && otherDraw < draw)).length
}

function drawn(job: string, node: string): string {
  return createHash('sha1').update(`${job}\0${node}`).digest('hex')
}
