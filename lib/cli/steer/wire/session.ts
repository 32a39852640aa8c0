/** Stores of daemons, opened for one command and closed again. */
import { existsSync } from 'node:fs'
import { EXIT } from '../../../app/exit-codes.js'
import { codeOf } from '../../../errors/index.js'
import { Directory, ItemError, openStore, readDaemonName, type Item, type RemoteStore } from '../../../items/index.js'
import { openKv } from '../../../kv/index.js'
import { logger } from '../../../log/log.js'
import { Escapement } from '../../../movement/index.js'
import {
  CurveError,
  defaultKeyDirectory,
  KeyDirectory,
  REGISTRY,
  RemoteError,
  WireError,
  type KeyPair,
} from '../../../wire/index.js'
import type { WireFlags } from './flags.js'
import type { Place } from './place.js'

/** How long a command waits if nothing else is said. */
const TIMEOUT_MS = 10_000

/** Where daemons are looked for, and the stores that were opened by now. */
export interface Session {
  /** How long one answer may take. */
  readonly timeoutMs: number
  readonly directory: Directory
  /** The store of a daemon; the same one each time. */
  readonly open: (daemon: string) => Promise<RemoteStore>
  /** The items that places mean, each once, in their order; what begins with `_` only if that was asked for. */
  readonly itemsOf: (places: readonly Place[]) => Promise<Item[]>
}

/**
 * Do something with daemons, and let go of them whatever comes of it.
 *
 * @throws {DiscoveryError} If a daemon isn't found.
 * @throws {WireError} `ERR_DEADLINE` if looking for it takes too long.
 */
export async function inSession<T>(flags: WireFlags, act: (session: Session) => Promise<T>): Promise<T> {
  const { timeout: timeoutMs = TIMEOUT_MS } = flags
  const where = whereOf(flags)
  const known = directoryOfKeys(flags)
  const stores = new Map<string, RemoteStore>()
  const open = async (daemon: string): Promise<RemoteStore> => {
    const opened = stores.get(daemon)
    if (opened !== undefined) return opened
    const late = new AbortController()
    const timer = setTimeout(() => {
      late.abort(new WireError('ERR_DEADLINE', `${daemon} was not found within ${timeoutMs} ms`))
    }, timeoutMs)
    // One whose key is known by its name (deadbeat keys know) must have it.
    const serverKey = known.serverKey(readDaemonName(daemon).store) ?? undefined
    const store = await openStore(daemon, { ...where, serverKey, signal: late.signal }).finally(() =>
      clearTimeout(timer),
    )
    stores.set(daemon, store)
    return store
  }
  try {
    const itemsOf = async (places: readonly Place[]): Promise<Item[]> => {
      const found = new Set<Item>()
      for (const { daemon, item } of places) for (const one of itemsIn(await open(daemon), item)) found.add(one)
      return [...found]
    }
    return await act({ timeoutMs, directory: new Directory(where), open, itemsOf })
  } catch (error) {
    throw withExit(error)
  } finally {
    for (const store of stores.values()) store.close()
    await where.kv?.close()
  }
}

/** Where the flags say that daemons are looked for. Its database is open then. */
export function whereOf(flags: WireFlags) {
  const { registry: registries, kv: url, home, keys: path, trust } = flags
  const known = directoryOfKeys(flags)
  const keys = keysIn(known, path)
  const kv = url === undefined ? null : openKv(url, { log: logger })
  return {
    ...{ esc: Escapement.instance, log: logger, kv, registries, keys, trust },
    serverKeyOf: (store: string) => known.serverKey(store) ?? undefined,
    registryKey: known.serverKey(REGISTRY) ?? undefined,
    ...(home === undefined ? {} : { home }),
  }
}

/** @throws {ItemError} ERR_NO_ITEM if there is none. */
function itemsIn(store: RemoteStore, pattern: string | null): readonly Item[] {
  const isGlob = pattern === null || /[*?]/.test(pattern)
  if (!isGlob) return [store.item(pattern)]
  const found = store
    .find(pattern ?? '*')
    .filter(({ key }) => pattern?.startsWith('_') === true || !key.startsWith('_'))
  if (found.length > 0) return found
  throw new ItemError('ERR_NO_ITEM', `${store.name} has no item ${pattern ?? '*'}: list shows what there is`)
}

function directoryOfKeys({ keys: path }: WireFlags): KeyDirectory {
  return new KeyDirectory(path ?? defaultKeyDirectory())
}

/** Our pair: that of this user if it is named so, else the first. Undefined where there is none. */
function keysIn(directory: KeyDirectory, path: string | undefined): KeyPair | undefined {
  if (path !== undefined && !existsSync(path)) throw new CurveError(`there is no directory of keys ${path}`)
  const names = directory.ownNames()
  const name = names.find((one) => one === process.env['USER']) ?? names[0]
  if (name !== undefined) return directory.own(name)
  if (path !== undefined)
    throw new CurveError(`${path} has no key of ours: make one (deadbeat keys new NAME --dir ${path})`)
  return undefined
}

const BY_TYPE: ReadonlyMap<string, number> = new Map([
  ['PermissionError', EXIT.noperm],
  ['TimeoutError', EXIT.tempfail],
])
/** What they say of an item that was named, or of a value that it was to get. */
const BY_TYPE_OF_ITEMS: ReadonlyMap<string, number> = new Map([
  ['KeyError', EXIT.unavailable],
  ['ValueError', EXIT.usage],
  ['TypeError', EXIT.usage],
])

/**
 * What a daemon of somebody else answers has no code of ours, but a type by Python; and so has what a method throws, where it tells
 * of nobody's use but of what went wrong in there.
 */
export function withExit(error: unknown, of: 'items' | 'method' = 'items'): unknown {
  if (!(error instanceof RemoteError) || codeOf(error) !== 'ERR_REMOTE' || 'exitCode' in error) return error
  const byItems = of === 'items' ? BY_TYPE_OF_ITEMS.get(error.name) : undefined
  return Object.assign(error, { exitCode: BY_TYPE.get(error.name) ?? byItems ?? EXIT.software })
}
