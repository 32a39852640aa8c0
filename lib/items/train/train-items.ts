/** A train's items: each cog's account and settings, what it costs and what passes, without anybody writing code. */
import { lastPlaces, type Place } from '../../movement/chain/place.js'
import type { TrainMemory } from '../../movement/cut/train-memory.js'
import type { Account, Train } from '../../movement/index.js'
import { entriesOf, readAt, writeAt, type Entry, type Insert } from '../../settings/index.js'
import { Item } from '../model/item.js'
import type { ItemOptions } from '../model/item-options.js'
import type { ItemType } from '../types/value-rules.js'
import { maskSecrets } from '../model/mask-secrets.js'
import type { ItemRequest } from '../model/item-request.js'
import type { Store } from '../model/store.js'

/** What the items of a train need besides it. */
export interface TrainItemsOptions {
  /**
   * A value that somebody wants for a setting, as the setting has it.
   *
   * @throws {Error} If it breaks the setting's rule.
   */
  readonly check: (entry: Entry, value: unknown) => unknown
}

const MS_PER_S = 1000
const PORT_MAX = 65_535

const ACCOUNT: Readonly<Record<Exclude<keyof Account, 'cog'>, string>> = {
  in: 'Data that came in.',
  split: 'Data beyond the first that came of one.',
  out: 'Data that went on.',
  swallowed: 'Data that gave nothing, on purpose.',
  merged: 'Data that live on in another.',
  held: 'Data that are held now.',
  diverted: 'Data that failed.',
}

/** Somebody in a train, as far as items are concerned. */
interface Occupant {
  readonly options?: Record<string, unknown>
  progress?(): unknown
  adjusted?(changed: readonly string[]): void
}

/**
 * Put a train's items into a store: `COG.accounts.in` and its like, `COG.SETTING`, `COG.ns`, `COG.tap`, `COG.progress`,
 * and `train.*`. Settings marked live can be set. Answers what was made, so that a reload can take them out again.
 */
export function fillTrainItems(store: Store, train: Train, options: TrainItemsOptions): readonly Item[] {
  const { places } = train.wind()
  const accounts = accountsOf(train)
  return [
    ...trainItems(store, train),
    ...places.flatMap((place, i) => accountItems(store, place, () => accounts()[i])),
    ...lastPlaces(places).flatMap((place) => [
      ...settingItems(store, place, options),
      ...progressItems(store, place),
      ...observedItems(store, train, place),
    ]),
  ]
}

/** The accounts, computed once for all who ask in the same moment. */
function accountsOf(train: Train): () => readonly Account[] {
  let known: readonly Account[] | null = null
  return () => {
    if (known === null) {
      known = train.accounts()
      queueMicrotask(() => (known = null))
    }
    return known
  }
}

function trainItems(store: Store, train: Train): Item[] {
  const inFlight = () => train.journey?.inFlight
  return [
    number(store, 'train.inFlight', () => inFlight()?.count ?? 0, {
      doc: 'Data that are held anywhere in the train.',
      metric: { name: 'deadbeat_train_in_flight', kind: 'gauge' },
    }),
    number(store, 'train.inFlightBytes', () => inFlight()?.bytes ?? 0, {
      doc: 'Bytes of the chunks that they came in.',
      units: 'bytes',
      metric: { name: 'deadbeat_train_in_flight_bytes', kind: 'gauge' },
    }),
    new Item<boolean>(store, 'train.paused', {
      ...{ type: 'boolean', doc: 'Whether the supplies wait, as the train is full.' },
      compute: () => inFlight()?.paused ?? false,
    }),
    ...(train.memory === null ? [] : checkpointItems(store, train.memory)),
  ]
}

function checkpointItems(store: Store, memory: TrainMemory): Item[] {
  const text = (key: string, doc: string, compute: () => string | null): Item =>
    new Item<string>(store, key, { type: 'string', doc, compute })
  return [
    text('train.checkpoints', 'Where its check-points are kept.', () => memory.state.name),
    new Item<number>(store, 'train.checkpointStoredMs', {
      ...{ type: 'numeric', units: 'ms', doc: 'When the last one was stored, by the wall clock.' },
      metric: { name: 'deadbeat_train_checkpoint_time_seconds', kind: 'gauge', scale: 1 / MS_PER_S },
      compute: () => memory.state.storedMs,
    }),
    text('train.checkpointTrouble', 'What keeps the next one from being stored; null: nothing.', () => {
      return memory.state.trouble
    }),
  ]
}

function number(
  store: Store,
  key: string,
  compute: () => number,
  about: Omit<ItemOptions<number>, 'type' | 'compute'>,
): Item {
  return new Item<number>(store, key, { type: 'numeric', compute, ...about })
}

function accountItems(store: Store, { name }: Place, account: () => Account | undefined): Item[] {
  return Object.entries(ACCOUNT).map(([key, doc]) =>
    number(store, `${name}.accounts.${key}`, () => account()?.[key as keyof typeof ACCOUNT] ?? 0, {
      doc,
      metric: {
        name: `deadbeat_cog_${key}${key === 'held' ? '' : '_total'}`,
        kind: key === 'held' ? 'gauge' : 'counter',
        labels: { cog: name },
      },
    }),
  )
}

function settingItems(store: Store, { name, occupant }: Place, { check }: TrainItemsOptions): Item[] {
  const { options: settings } = occupant as Occupant
  const insert = (occupant?.constructor as { baseConfig?: Insert } | undefined)?.baseConfig
  if (insert === undefined || settings === undefined) return []
  return entriesOf(insert).map(({ path, entry }) => {
    const setting: Setting = {
      value: () => plain(readAt(settings, path), entry),
      check: (value) => check(entry, value),
      change: (value) => {
        writeAt(settings, path, value)
        ;(occupant as Occupant).adjusted?.([path.join('.')])
      },
    }
    return new SettingItem(store, `${name}.${path.join('.')}`, setting, {
      type: typeOf(entry),
      doc: entry.doc,
      isSecret: entry.sensitive === true,
      settable: entry.live === true,
      ...rangeOf(entry),
      ...(Array.isArray(entry.format) ? { choices: entry.format as readonly string[] } : {}),
      ...(entry.format === 'duration' ? { units: 'ms' } : entry.format === 'size' ? { units: 'bytes' } : {}),
    })
  })
}

/** The numbers that a setting may have, where there is an end to them on both sides. */
function rangeOf({ format, min, max }: Entry): Pick<ItemOptions, 'range'> {
  const least = min ?? (['nat', 'port', 'duration', 'size'].includes(format as string) ? 0 : -Infinity)
  const most = max ?? (format === 'port' ? PORT_MAX : Infinity)
  return Number.isFinite(least) && Number.isFinite(most) ? { range: [least, most] } : {}
}

/** One setting of a cog, as an item has it. */
interface Setting {
  readonly value: () => unknown
  /** A value by the setting's rule, which is the configuration's: `'5s'` may be asked for where ms are kept. */
  readonly check: (value: unknown) => unknown
  readonly change: (value: unknown) => void
}

/** A setting as an item. It is always what the cog has. */
class SettingItem extends Item {
  readonly #setting: Setting

  constructor(store: Store, key: string, setting: Setting, about: ItemOptions) {
    super(store, key, { ...about, compute: setting.value })
    this.#setting = setting
  }

  override check(value: unknown): unknown {
    return this.#setting.check(value)
  }

  override reqSet({ value }: ItemRequest): unknown {
    this.#setting.change(value)
    return this.#setting.value()
  }
}

function progressItems(store: Store, { name, occupant }: Place): Item[] {
  const somebody = occupant as Occupant
  if (somebody.progress === undefined) return []
  const compute = (): unknown => maskSecrets(somebody.progress?.())
  const metric = { name: 'deadbeat_cog_progress', kind: 'gauge', labels: { cog: name } } as const
  return [new Item(store, `${name}.progress`, { type: 'json', doc: 'How far it has got.', metric, compute })]
}

function observedItems(store: Store, train: Train, { name, index, kind }: Place): Item[] {
  const { observer } = train
  if (observer === null || kind === 'supply') return []
  const tap: Item = new Item<unknown>(store, `${name}.tap`, {
    ...{ type: 'json', doc: 'What arrives there: samples, secrets masked.', isStream: true },
    onHeard: whileHeard(() => observer.tap(index, (data) => tap.publish(maskSecrets(data)))),
  })
  const ns = new Item<number>(store, `${name}.ns`, {
    ...{ type: 'numeric', units: 'ns', doc: 'How long a datum takes there; measured while somebody watches it.' },
    compute: () => observer.nsAt(index),
    onHeard: whileHeard(() => observer.measure()),
  })
  return [tap, ns]
}

/** Something that goes on only while somebody listens. */
function whileHeard(begin: () => () => void): (isHeard: boolean) => void {
  let stop: (() => void) | null = null
  return (isHeard) => {
    stop?.()
    stop = isHeard ? begin() : null
  }
}

/** A setting as JSON; a file mode as it is written. */
function plain(value: unknown, { format }: Entry): unknown {
  if (format === 'octal' && typeof value === 'number') return `0${value.toString(8)}`
  return value instanceof RegExp ? String(value) : (value ?? null)
}

function typeOf({ format, default: usual }: Entry): ItemType {
  const usualType = typeof (Array.isArray(format) ? (format as readonly unknown[])[0] : usual)
  if (Array.isArray(format)) return usualType === 'number' ? 'numeric' : 'string'
  if (['number', 'int', 'nat', 'port', 'duration', 'size'].includes(format as string)) return 'numeric'
  if (format === 'boolean' || (format === undefined && usualType === 'boolean')) return 'boolean'
  if (['paths', 'strings', 'object'].includes(format as string)) return 'json'
  return format === undefined && usualType === 'number' ? 'numeric' : 'string'
}
