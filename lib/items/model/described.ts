/** Described: what the description of an item says of it, and of its values: whether they may be, and how people read them. */
import { toError } from '../../errors/index.js'
import type { ItemState } from './condition.js'
import { describeItem, MASK, withoutValue } from './describe-item.js'
import { isSettable, type Description, type ItemOptions } from './item-options.js'
import type { Store } from './store.js'
import { requireRules } from '../types/require-rules.js'
import { checkValue, formatValue, parseValue } from '../types/values.js'

/** An item as far as its description goes; what its value is, and since when, is for the item itself to say. */
export abstract class Described<T> {
  readonly key: string
  readonly store: Store
  readonly options: ItemOptions<T>
  /** Whether the value is made here; otherwise it follows the one of a daemon. */
  readonly isAuthoritative: boolean

  /** @throws {RangeError} If it is made here, and the description has a rule that can't be kept, as a format that is none. */
  constructor(store: Store, key: string, options: ItemOptions<T>) {
    this.key = key
    this.store = store
    this.options = options
    this.isAuthoritative = options.authoritative ?? store.link === null
    if (this.isAuthoritative) this.#requireRules()
  }

  abstract get value(): T | null
  abstract set value(value: T | null)
  abstract get state(): ItemState

  /** The value as others are shown it. */
  get shown(): unknown {
    return this.asShown(this.value)
  }

  /** The value as people read it: by labels, units and format. Empty if there is none. */
  get formatted(): string {
    return this.format(this.value)
  }

  /** What people wrote becomes the value, as by assigning it. */
  set formatted(text: string) {
    this.value = this.parse(text)
  }

  get isComputed(): boolean {
    return this.options.compute !== undefined
  }

  get isSettable(): boolean {
    return isSettable(this.options)
  }

  get isGettable(): boolean {
    return this.options.gettable !== false
  }

  /** One of its values as others are shown it: a secret is masked. */
  asShown(value: T | null): unknown {
    return this.options.isSecret === true && value !== null ? MASK : value
  }

  /**
   * One of its values as people read it.
   *
   * @throws {RangeError} If its format is none, or its units can't be converted.
   */
  format(value: T | null): string {
    return this.options.isSecret === true && value !== null ? MASK : formatValue(value, this.options)
  }

  /**
   * What people wrote, as a value: the inverse of `format`.
   *
   * @throws {TypeError|RangeError} If it can't be read.
   */
  parse(text: string): T | null {
    return parseValue(text, this.options) as T | null
  }

  /** A value of a SET as the item's description has it: a label becomes its number. What it throws refuses it. */
  check(value: unknown): unknown {
    try {
      return checkValue(value, this.options)
    } catch (error) {
      throw this.options.isSecret === true ? withoutValue(error) : error
    }
  }

  describe(): Description {
    return describeItem(this.key, this.options)
  }

  /** Its name and value, as people read them: `lamp.level = 3.0`; a secret is masked, and what isn't certain is said. */
  toString(): string {
    const { value, state } = this
    const text = value === null ? 'null' : this.format(value)
    return `${pathOf(this)} = ${text}${state === 'live' ? '' : ` (${state})`}`
  }

  #requireRules(): void {
    try {
      requireRules(this.options)
    } catch (error) {
      throw new RangeError(`${pathOf(this)}: ${toError(error).message}`, { cause: error })
    }
  }
}

/** An item's name together with that of its store, as `lamp.level`. */
export function pathOf({ store, key }: { readonly store: Store; readonly key: string }): string {
  return `${store.name}.${key}`
}
