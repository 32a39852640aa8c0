/** From what a user calls an item to a daemon that is somewhere, and a key of it. */

/** A daemon as `openStore` takes it, and what of it is meant. */
export interface Place {
  readonly daemon: string
  /** A key, or a pattern of keys; null: nothing was said. */
  readonly item: string | null
}

const PORT = String.raw`:\d{1,5}`
const BRACKETED = String.raw`:\[[^\]]+\]`
const IPV4 = String.raw`:\d{1,3}(?:\.\d{1,3}){3}`
/** Without a port nothing tells where a host's name ends that has dots: it stands in brackets then, or the port with it. */
const FORM = new RegExp(
  `^([^:.]+(?:(?:${BRACKETED}|${IPV4}|:[^:\\[\\]]+)${PORT}|${BRACKETED}|${IPV4}|:[^:.\\[\\]]+)?)(?:\\.(.*))?$`,
  's',
)

/**
 * `DAEMON[:HOST][:PORT][.ITEM]` in its two parts.
 *
 * @example
 * assert.deepEqual(readPlace('heater:lab1.ac.uk:10079.ramp.rate'), { daemon: 'heater:lab1.ac.uk:10079', item: 'ramp.rate' })
 * assert.deepEqual(readPlace('heater:lab1.ramp.rate'), { daemon: 'heater:lab1', item: 'ramp.rate' })
 * assert.deepEqual(readPlace('heater:10079.*'), { daemon: 'heater:10079', item: '*' })
 * assert.deepEqual(readPlace('heater:[lab1.ac.uk].*'), { daemon: 'heater:[lab1.ac.uk]', item: '*' })
 * assert.deepEqual(readPlace('heater'), { daemon: 'heater', item: null })
 */
export function readPlace(text: string): Place {
  const [, daemon = text, item = ''] = FORM.exec(text) ?? []
  return { daemon, item: item === '' ? null : item }
}

/**
 * The places that several words mean: where the first names a daemon only, the others are keys of it; else each is a place.
 *
 * @example
 * assert.deepEqual(placesOf('heater', ['ramp', 'fault']).map(({ item }) => item), ['ramp', 'fault'])
 * assert.deepEqual(placesOf('heater', []), [{ daemon: 'heater', item: null }])
 * assert.deepEqual(placesOf('heater.ramp', ['lamp.level']).map(({ daemon }) => daemon), ['heater', 'lamp'])
 */
export function placesOf(first: string, more: readonly string[]): readonly Place[] {
  const place = readPlace(first)
  if (place.item !== null) return [place, ...more.map(readPlace)]
  return more.length === 0 ? [place] : more.map((item) => ({ daemon: place.daemon, item }))
}
