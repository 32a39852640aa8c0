/** Whether a reload changes nothing but settings that may change while the train runs, and which. */
import { isDeepStrictEqual } from 'node:util'
import { lastPlaces, type Place } from '../../movement/chain/place.js'
import type { Lifecycle } from '../../movement/index.js'
import { entriesOf, readAt, writeAt, type Insert } from '../../settings/index.js'

/** New values for some live settings of one cog. */
export interface Adjustment {
  readonly cog: string
  readonly occupant: Lifecycle
  readonly options: Record<string, unknown>
  /** By their paths within its options. */
  readonly values: ReadonlyMap<string, unknown>
}

/**
 * What is to be set in the cogs of a running train so that it is as another one, composed of new settings: null if that
 * takes more than live settings. A changed setting that shows in no cog's options may be anywhere in the app: null, too.
 *
 * @param changed The paths of the app's settings that changed: `dedupe.windowMs`.
 */
export function adjustmentsOf(
  places: readonly Place[],
  heirs: readonly Place[],
  changed: readonly string[],
): Adjustment[] | null {
  const [now, then] = [lastPlaces(places), lastPlaces(heirs)]
  if (now.length !== then.length) return null
  const adjustments: Adjustment[] = []
  for (const [i, { name, kind, occupant }] of now.entries()) {
    const heir = then[i] as Place
    if (heir.name !== name || heir.kind !== kind || heir.occupant?.constructor !== occupant?.constructor) return null
    const values = differences(occupant as Somebody, heir.occupant as Somebody)
    if (values === null) return null
    const { options } = occupant as Somebody
    if (values.size > 0 && options !== undefined)
      adjustments.push({ cog: name, occupant: occupant as Lifecycle, options, values })
  }
  const adjusted = adjustments.flatMap(({ values }) => [...values.keys()])
  const isOf = (path: string, key: string): boolean => path === key || path.endsWith(`.${key}`)
  const isSeen = (path: string): boolean => adjusted.some((key) => isOf(path, key))
  // Two of one name, of which one shows in a cog: the other may be anywhere.
  const isClear = (key: string): boolean =>
    changed.filter((path) => isOf(path, key)).length <= adjusted.filter((other) => other === key).length
  return changed.every(isSeen) && adjusted.every(isClear) ? adjustments : null
}

/** Set them. */
export function adjust(adjustments: readonly Adjustment[]): void {
  for (const { occupant, options, values } of adjustments) {
    for (const [path, value] of values) writeAt(options, path.split('.'), value)
    occupant.adjusted?.([...values.keys()])
  }
}

interface Somebody {
  readonly options?: Record<string, unknown>
}

/** By which live settings two of one class differ; null if it is by more. */
function differences(one: Somebody, other: Somebody): Map<string, unknown> | null {
  const insert = (one.constructor as { baseConfig?: Insert }).baseConfig
  const values = new Map<string, unknown>()
  if (insert === undefined || one.options === undefined) return values
  for (const { path, entry } of entriesOf(insert)) {
    const [here, there] = [readAt(one.options, path), readAt(other.options, path)]
    if (isSame(here, there)) continue
    if (entry.live !== true) return null
    values.set(path.join('.'), there)
  }
  return values
}

function isSame(one: unknown, other: unknown): boolean {
  return one instanceof RegExp && other instanceof RegExp
    ? String(one) === String(other)
    : isDeepStrictEqual(one, other)
}
