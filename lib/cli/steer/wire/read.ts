/** `deadbeat get`, `list` and `describe` over the wire. */
import { exitCodeOf, EXIT } from '../../../app/exit-codes.js'
import { toError } from '../../../errors/index.js'
import {
  entryOf,
  type Item,
  type Link,
  type MethodDescription,
  type RemoteStore,
  type Schema,
} from '../../../items/index.js'
import { refuse } from '../../tell.js'
import { listText } from '../list-text.js'
import type { WireFlags } from './flags.js'
import type { Place } from './place.js'
import { inSession, withExit, type Session } from './session.js'
import { fieldOf, jsonOf, staleText, textOf, type FormatFlags } from './values.js'

/** How it was written. */
export interface ReadFlags extends WireFlags, FormatFlags {
  readonly json?: true
  readonly refresh?: true
}

/** Show values. Of several, those that can be had are shown, and why the others can't. */
export async function wireGet(places: readonly Place[], flags: ReadFlags): Promise<number> {
  return await inSession(flags, async ({ itemsOf, timeoutMs }) => {
    const items = await itemsOf(places)
    const isOne = places.length === 1 && places.every(({ item }) => item !== null && !/[*?]/.test(item))
    const asked = isOne ? items : items.filter(({ isGettable, options }) => isGettable && options.isStream !== true)
    const ask = { deadlineMs: timeoutMs, refresh: flags.refresh === true }
    const outcomes = await Promise.allSettled(asked.map((item) => item.read(ask)))
    const got: [Item, unknown][] = []
    let code: number = EXIT.ok
    for (const [i, outcome] of outcomes.entries()) {
      const item = asked[i] as Item
      if (outcome.status === 'fulfilled') {
        const { value, time, isStale = false } = outcome.value
        got.push([item, value])
        if (isStale) process.stderr.write(`${staleText(nameOf(item), time)}\n`)
      } else code = refuse(`${nameOf(item)}: ${toError(outcome.reason).message}`, exitCodeOf(withExit(outcome.reason)))
    }
    const lines = flags.json
      ? [jsonOf(Object.fromEntries(got.map(([item, value]) => [nameOf(item), fieldOf(item, value, flags)])))]
      : got.map(([item, value]) => `${isOne ? '' : `${nameOf(item)} = `}${textOf(item, value, flags)}`)
    if (got.length > 0 || flags.json) process.stdout.write(`${lines.join('\n')}\n`)
    return code
  })
}

/** Say what items there are. */
export async function wireList(places: readonly Place[], flags: ReadFlags): Promise<number> {
  return await inSession(flags, async ({ itemsOf }) => {
    const described = (await itemsOf(places)).map((item) => ({ ...item.describe(), key: nameOf(item) }))
    process.stdout.write(flags.json ? `${jsonOf(described)}\n` : listText(described))
    return EXIT.ok
  })
}

/** Everything that is known of a store, or of an item or a method, as JSON. */
export async function wireDescribe(places: readonly Place[], flags: ReadFlags): Promise<number> {
  return await inSession(flags, async (session) => {
    const { open, timeoutMs } = session
    const [first, ...others] = places
    const told =
      first?.item === null && others.length === 0
        ? await describeStore(await open(first.daemon), timeoutMs)
        : await describeEach(places, session)
    const one: unknown = Array.isArray(told) && told.length === 1 ? told[0] : told
    process.stdout.write(`${jsonOf(one, flags.json ? 0 : 2)}\n`)
    return EXIT.ok
  })
}

async function describeStore(store: RemoteStore, deadlineMs: number): Promise<object> {
  const methods = await methodsOf(store, deadlineMs)
  await connecting(store.reach())
  const daemons = store.daemons.map(({ block: { alias, uuid, provenance }, state: connection }) => ({
    ...{ alias, uuid, provenance, connection },
  }))
  return { store: store.name, daemons, items: store.items.map(describeItem), methods }
}

/** Methods first: no item has the name of one. */
async function describeEach(places: readonly Place[], { open, itemsOf, timeoutMs }: Session): Promise<object[]> {
  const methods: object[] = []
  const others: Place[] = []
  for (const place of places) {
    const store = await open(place.daemon)
    const name = place.item?.toLowerCase()
    const isItem = name === undefined || /[*?]/.test(name) || store.has(name)
    const method = isItem ? null : (await methodsOf(store, timeoutMs)).find((one) => one.name.toLowerCase() === name)
    if (method) methods.push({ ...method, name: `${store.name}.${method.name}` })
    else others.push(place)
  }
  const items = await itemsOf(others)
  return [...methods, ...(await Promise.all(items.map((item) => describeNow(item, timeoutMs))))]
}

/** What a daemon says of its methods. Daemons of others have none, and know no such question. */
async function methodsOf(store: RemoteStore, deadlineMs: number): Promise<readonly MethodDescription[]> {
  const schema = await store
    .reach()
    .get('_schema', { deadlineMs })
    .catch(() => ({ value: null }))
  return (schema.value as Partial<Schema> | null)?.methods ?? []
}

function describeItem(item: Item): object {
  return { name: nameOf(item), ...entryOf(item.options) }
}

/** What an item is, whether its value can be relied on, and since when it is what it is. */
async function describeNow(item: Item, deadlineMs: number): Promise<object> {
  const about = describeItem(item)
  const link = item.store.reach()
  await connecting(link)
  if (!item.isGettable) return { ...about, connection: link.state }
  try {
    const { value, time, isStale = false } = await item.read({ deadlineMs })
    return { ...about, state: value === null ? 'unknown' : isStale ? 'stale' : 'live', time, connection: link.state }
  } catch (error) {
    return { ...about, state: 'unknown', why: toError(error).message, connection: link.state }
  }
}

/** So long a daemon that answers may take until its publications are heard, too: where they never are, that is worth telling. */
const HEARD_MS = 1_000

/** Resolves when it is known whether daemons are reached. */
async function connecting(link: Link): Promise<void> {
  if (link.state !== 'connecting') return
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(end, HEARD_MS)
    const stop = link.onState(end)
  })
}

/** An item's name as clients of mKTL write it. */
export function nameOf({ store, key }: Item): string {
  return `${store.name}.${key}`
}
