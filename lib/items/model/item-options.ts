/** What an item is: what its author says of it. */
import type { PersistOptions } from '../persist/persist-options.js'
import type { ItemType, ValueRules } from '../types/value-rules.js'
import type { Reading } from './reading.js'

/** How an item is called among metrics, by the rules of Prometheus. */
export interface Metric {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly labels?: Readonly<Record<string, string>>
  /** What its value is multiplied by, for its base unit. */
  readonly scale?: number
}

/** Parameters of methods are compared both ways: thus an `Item<number>` is an `Item`. */
interface AsMethods<T> {
  pub(reading: Reading<T>): void
  accept(value: T | null): T | null | undefined | Promise<T | null | undefined>
}

/** What an item is, and what it does. */
export interface ItemOptions<T = unknown> extends ValueRules {
  /** One sentence. */
  readonly doc?: string
  /** Without it the item is no metric. Of an object, or a list of such, the numbers count: summed, by their names. */
  readonly metric?: Metric
  /** The value until another one is published; null if nothing is known yet. */
  readonly initial?: T | null
  /** Whether the value outlives the process, and how it comes back. */
  readonly persist?: boolean | PersistOptions
  /** Whether it may be set. One that is computed can't, unless it says what it accepts. */
  readonly settable?: boolean
  /** Whether others may read it. */
  readonly gettable?: boolean
  /** Whether its value is a secret: it is shown to nobody. */
  readonly isSecret?: boolean
  /** Whether each publication counts by itself, as the data of a stream do, and the value is not kept. */
  readonly isStream?: boolean
  /** Of one that follows a daemon's: whether it does so at once, or only while somebody listens. True if not given. */
  readonly subscribe?: boolean
  /** Whether this item is where the value is made; if not given, where its store has no link to a daemon. */
  readonly authoritative?: boolean
  /** Where its publications go, in place of the transports of its store. */
  readonly pub?: AsMethods<T>['pub']
  /** Computes the value whenever it is asked for; it is published only while somebody listens. */
  readonly compute?: () => T | null
  /** Takes a value over and gives the one that holds from then on: `reqSet`, for items without a class of their own. */
  readonly accept?: AsMethods<T>['accept']
  /** What a catalog says of it besides, which means nothing here. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Told when somebody begins to listen where nobody did, and when nobody does any more. */
  readonly onHeard?: (isHeard: boolean) => void
}

/** An item for people and programs that don't know it. */
export interface Description {
  readonly key: string
  readonly type: ItemType
  readonly doc: string
  readonly units: string | null
  /** What it may be: of numbers with labels, these. */
  readonly choices: readonly (string | number)[] | null
  readonly range: readonly [min: number, max: number] | null
  readonly isSettable: boolean
  readonly isStream: boolean
}

/** Whether it may be set: what is computed can't, unless it says what it accepts; nor can a stream. */
export function isSettable({ settable, accept, compute, isStream = false }: ItemOptions): boolean {
  return settable ?? (!isStream && (compute === undefined || accept !== undefined))
}
