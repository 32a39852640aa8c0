/** What an item is: what its author says of it. */
import type { PersistOptions } from '../persist/saver.js'
import type { Reading } from './reading.js'

/** What kind of values an item has. `json`, or none: any JSON. */
export type ItemType = 'boolean' | 'enumerated' | 'mask' | 'numeric' | 'numeric array' | 'string' | 'bulk' | 'json'

/** How an item is called among metrics, by the rules of Prometheus. */
export interface Metric {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly labels?: Readonly<Record<string, string>>
  /** What its value is multiplied by, for its base unit. */
  readonly scale?: number
}

/** The units of a value: as it is sent, and where that differs, as it is shown. */
export type Units = string | { readonly '': string; readonly formatted: string }

/** Parameters of methods are compared both ways: thus an `Item<number>` is an `Item`. */
interface AsMethods<T> {
  pub(reading: Reading<T>): void
  accept(value: T | null): T | null | undefined | Promise<T | null | undefined>
}

/** What an item is, and what it does. */
export interface ItemOptions<T = unknown> {
  readonly type?: ItemType
  /** One sentence. */
  readonly doc?: string
  readonly units?: Units
  /** How a number is shown, as printf does (`%.3f`); with colons, in sixtieths (`%d:%02d:%04.1f`). */
  readonly format?: string
  /** The labels of numbers; of a mask, of its bits, and `None` for no bit. */
  readonly enumerators?: Readonly<Record<string, string>>
  /** The values that a string may have. */
  readonly choices?: readonly (string | number)[]
  /** The lowest and the highest number that a SET may ask for. */
  readonly range?: readonly [min: number, max: number]
  /** A SET may ask for multiples of it only, counted from the lowest of the range, else from 0. */
  readonly step?: number
  /** How many characters a string, or how many values a list, may have. */
  readonly lengthMax?: number
  /** A regular expression that a string must fit as a whole. */
  readonly pattern?: string
  /** What becomes of a number that is none: a SET is refused, clears the item, or sets it. */
  readonly nan?: 'refuse' | 'clear' | 'keep'
  /** Whether a SET may clear it; those without a type always may be. */
  readonly nullable?: boolean
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
  /** Told when somebody begins to listen where nobody did, and when nobody does any more. */
  readonly onHeard?: (isHeard: boolean) => void
}

/** An item for people and programs that don't know it. */
export interface Description {
  readonly key: string
  readonly type: ItemType
  readonly doc: string
  readonly units: string | null
  readonly choices: readonly (string | number)[] | null
  readonly isSettable: boolean
  readonly isStream: boolean
}
