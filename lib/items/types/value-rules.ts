/** What an item's description says of its values, and what each type of value does with that. */
import { describeValue } from '../../errors/index.js'

/** What kind of values an item has. `json`, or none: any JSON. */
export type ItemType = 'boolean' | 'enumerated' | 'mask' | 'numeric' | 'numeric array' | 'string' | 'bulk' | 'json'

/** The units of a value: as it is sent, and where that differs, as it is shown. */
export type Units = string | { readonly '': string; readonly formatted: string }

/** The rules for the values of an item. */
export interface ValueRules {
  readonly type?: ItemType
  readonly units?: Units
  /** How a number is shown, as printf does (`%.3f`); with colons, in sixtieths (`%d:%02d:%04.1f`). */
  readonly format?: string
  /** The labels of numbers; of a mask, of its bits by their index, and `None` for no bit. */
  readonly enumerators?: Readonly<Record<string, string>>
  /** The only values that a string, or a number, may have. */
  readonly choices?: readonly (string | number)[]
  /** The lowest and the highest number that a SET may ask for. */
  readonly range?: readonly [min: number, max: number]
  /** A SET may ask for multiples of it only, counted from the lowest of the range, else from 0. */
  readonly step?: number
  /** How many characters a string, or how many numbers an array, may have. */
  readonly lengthMax?: number
  /** A regular expression that a string must fit as a whole: as re2 reads it, so that no text takes long. */
  readonly pattern?: string
  /** What becomes of a number that isn't finite: a SET of it is refused (if nothing is said), clears the item, or sets it. */
  readonly nan?: 'refuse' | 'clear' | 'keep'
  /** Whether a SET may clear it; if nothing is said, only one of any JSON. */
  readonly nullable?: boolean
}

/** What there is to do with the values of one type. Null is not among them. */
export interface ValueType {
  /**
   * A value that somebody wants to set, as the item is to have it; null: it is cleared.
   *
   * @throws {TypeError|RangeError} If it breaks a rule; the message says the rule and the value.
   */
  check(value: unknown, rules: ValueRules): unknown
  /** As people read it. */
  format(value: unknown, rules: ValueRules): string
  /**
   * What people wrote, as a value; it is not checked.
   *
   * @throws {TypeError|RangeError} If it can't be read.
   */
  parse(text: string, rules: ValueRules): unknown
}

/** The error of a value that breaks a rule: a RangeError that says both. */
export function refusal(rule: string, value: unknown): RangeError {
  return new RangeError(`must ${rule}: it is ${describeValue(value)}`)
}

/** The error of a value of another kind: a TypeError that says what it must be. */
export function wrongKind(rule: string, value: unknown): TypeError {
  return new TypeError(`must ${rule}: it is ${describeValue(value)}`)
}
