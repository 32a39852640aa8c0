/** Writing one key: what `put`, `create` and `update` have in common. */
import type { Command } from 'commander'
import type { Compare, Kv, Op } from '../../kv/engine/engine.js'
import { leaseText, NO_LEASE, type LeaseId } from '../../kv/engine/lease-id.js'
import { ConfigCollision, ConfigVanished, RevisionMismatchError } from '../../kv/errors.js'
import { keyOf } from '../../kv/path.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { keyRevision, lifetime } from './options.js'
import { numbered, withFreeNumber } from './free-number.js'
import { readValue, VALUE_HELP } from './read-value.js'
import type { Session } from './session.js'
import { textOf } from './show.js'

/** What may be written: any key, one that isn't there, or one that is. */
export type Writing = 'put' | 'create' | 'update'

interface Flags {
  readonly file?: string
  readonly leaseTtl?: number
  readonly ifRev?: number
  readonly number?: true
  readonly dryRun?: true
}

const HELP = `
A key that is there keeps the lease that it has, unless --lease-ttl is given. Stdin and files are taken as they are,
whatever bytes they hold, the last line feed included.
`

/** Add one of the commands to the program. */
export function addWriting(program: KvProgram, writing: Writing, summary: string, help: string): void {
  const extend = (command: Command): Command =>
    command
      .argument('<path>', 'the key')
      .argument('[value]', VALUE_HELP)
      .option('--file <file>', 'the value is what this file holds')
      .option('--lease-ttl <time>', 'the key goes when this is over, such as 60s; nothing keeps it alive', lifetime)
      .option('-n, --dry-run', 'say what would be done, and do nothing')
  addKvCommand<Flags>(program, {
    name: writing,
    summary,
    help: help + HELP,
    makesStore: writing !== 'update',
    extend: (command) =>
      writing === 'create'
        ? extend(command).option('--number', 'the path has ### in place of a number: take the first free one')
        : extend(command).option('--if-rev <revision>', 'only if this is still its last write', keyRevision),
    act: async (session, [path = '', word], flags) => {
      const whole = session.toWrite(path)
      const value = await readValue(session.around, word, flags.file)
      return flags.number === true
        ? await createNumbered(session, whole, value, flags)
        : await write(session, writing, { path, whole, value, flags })
    },
  })
}

/** Two may find the same number free: one of them takes the next. */
async function createNumbered(session: Session, pattern: string, value: Uint8Array, flags: Flags): Promise<number> {
  const place = numbered(pattern)
  const name = nameIn(pattern)
  for (;;) {
    const whole = await withFreeNumber(session.engine, place)
    const text = textOf(value)?.replaceAll(name, nameIn(whole))
    const own = text === undefined ? value : Buffer.from(text, 'utf8')
    try {
      return await write(session, 'create', { path: session.shown(whole), whole, value: own, flags })
    } catch (error) {
      if (!(error instanceof ConfigCollision)) throw error
    }
  }
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

interface Wanted {
  readonly path: string
  readonly whole: string
  readonly value: Uint8Array
  readonly flags: Flags
}

async function write(session: Session, writing: Writing, wanted: Wanted): Promise<number> {
  const { path, whole, value, flags } = wanted
  const { engine } = session
  const key = keyOf(whole)
  const compare = conditionOf(writing, key, flags.ifRev)
  if (flags.dryRun === true) {
    const [before] = (await engine.range([{ key }])).results[0]?.kvs ?? []
    if (!isMet(compare, before)) throw refusal(writing, path, flags.ifRev, before)
    const what = before === undefined ? 'created' : 'updated'
    session.tell(`${path} would be ${what}`, { path, what, dryRun: true })
    return KV_EXIT.ok
  }
  const lease = await grant(session, flags.leaseTtl)
  const putting = (kept: LeaseId | 'keep'): Op => ({ op: 'put', key, value, lease: lease ?? kept })
  const reading: Op = { op: 'range', key, keysOnly: true }
  // Whether it is there decides whether there is a lease to be kept; where that is no condition, both ways write.
  const [compares, ops, otherwise]: [Compare[], Op[], Op[]] =
    compare === null
      ? [[isThere(key, true)], [putting('keep')], [putting(NO_LEASE)]]
      : [[compare], [putting(isForNew(compare) ? NO_LEASE : 'keep')], [reading]]
  const { ok, revision, results } = await engine.commit(compares, ops, otherwise).catch(async (error: unknown) => {
    if (lease !== null) await engine.revoke(lease)
    throw error
  })
  if (!ok && compare !== null) {
    if (lease !== null) await engine.revoke(lease)
    const [found] = results
    throw refusal(writing, path, flags.ifRev, found?.op === 'range' ? found.kvs[0] : undefined)
  }
  const isNew = compare === null ? !ok : isForNew(compare)
  const what = isNew ? 'created' : 'updated'
  const leased = lease === null ? {} : { lease: leaseText(lease) }
  session.tell(`${path} ${what} at revision ${revision}`, { path, what, revision, ...leased })
  return KV_EXIT.ok
}

async function grant({ engine }: Session, ttlMs: number | undefined): Promise<LeaseId | null> {
  return ttlMs === undefined ? null : (await engine.grant(ttlMs / 1000)).id
}

function conditionOf(writing: Writing, key: string, ifRev: number | undefined): Compare | null {
  if (writing === 'create' || ifRev === 0) return isThere(key, false)
  if (ifRev !== undefined) return { key, target: 'mod', is: '=', than: ifRev }
  return writing === 'update' ? isThere(key, true) : null
}

function isThere(key: string, is: boolean): Compare {
  return { key, target: 'version', is: is ? '!=' : '=', than: 0 }
}

function isForNew(compare: Compare): boolean {
  return compare.target === 'version' && compare.is === '='
}

function isMet(compare: Compare | null, kv: Kv | undefined): boolean {
  if (compare === null) return true
  if (compare.target === 'mod') return kv?.mod === compare.than
  return isForNew(compare) === (kv === undefined)
}

function refusal(writing: Writing, path: string, ifRev: number | undefined, found: Kv | undefined): Error {
  if (ifRev !== undefined) return new RevisionMismatchError(path, ifRev, found?.mod ?? null)
  return writing === 'create' ? new ConfigCollision(path) : new ConfigVanished(path, 'update')
}
