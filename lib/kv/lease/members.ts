/** Groups: who is there, known by name, each as long as its process lives. */
import type { Compare, Kv, PutOp } from '../engine/engine.js'
import { ConfigCollision } from '../errors.js'
import { checkPath, keyOf, pathOf } from '../path.js'
import { decodeValue, encodeValue, type Value } from '../value.js'
import type { Lease } from './lease.js'
import { lineOf, type LineSupport } from './line.js'
import { nextChange } from './next-change.js'
import { patiently } from './patiently.js'
import { Session, type SessionOptions } from './session.js'

/** How to be a member. */
export type JoinOptions = Omit<SessionOptions, 'enter'>

/**
 * Be a member of a group until the session is closed: a key of this name, with something to say, lies below the path.
 *
 * @throws {ConfigCollision} If the name is taken. When coming back after a loss it is told to `onError` instead.
 * @throws {InvalidPathError} If path and name can't be a path.
 */
export async function join(
  support: LineSupport,
  path: string,
  name: string,
  value: Value,
  options: JoinOptions,
): Promise<Session> {
  const place = `${path}/${name}`
  checkPath(place, 'strict')
  const bytes = encodeValue(value)
  return new Session(support, { ...options, enter: (lease) => createUnder(support, place, bytes, lease) }).open()
}

/** Create a key. That it was created before the link broke shows its lease. */
async function createUnder(
  { engine, clock }: LineSupport,
  path: string,
  value: Uint8Array,
  lease: Lease,
): Promise<void> {
  const key = keyOf(path)
  const isFree: Compare = { key, target: 'version', is: '=', than: 0 }
  const put: PutOp = { op: 'put', key, value, lease: lease.id }
  await patiently(clock, lease.signal, async () => {
    const { ok, results } = await engine.commit([isFree], [put], [{ op: 'range', key, keysOnly: true }])
    const [found] = results
    const isOurs = ok || (found?.op === 'range' && found.kvs[0]?.lease === lease.id)
    if (!isOurs) throw new ConfigCollision(path)
  })
}

/** Who is there, by name, in the order of names, with what each says. */
export type Members = ReadonlyMap<string, string>

/**
 * Who is in a group, and again whenever that changes. Who looks slowly sees the last state, not every step. It ends when
 * the loop is left, or with the signal's reason.
 */
export async function* members(
  { engine, clock }: Omit<LineSupport, 'keeper'>,
  path: string,
  { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Members, never> {
  checkPath(path, 'strict')
  const all = lineOf(path)
  for (;;) {
    const { results, revision } = await patiently(clock, signal, () => engine.range([all]))
    yield new Map((results[0]?.kvs ?? []).map((kv) => memberOf(path, kv)))
    await nextChange(engine, all, revision + 1, { signal })
  }
}

function memberOf(path: string, kv: Kv): [name: string, value: string] {
  return [(pathOf(kv.key) ?? kv.key).slice(path.length + 1), decodeValue(kv.value)]
}
