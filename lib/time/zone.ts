/** From what the clocks of a place show to the time that it is. */

/** The time in ms since the Unix epoch, from ms that were counted as if the place's clocks showed UTC. */
export type Zone = (localMs: number) => number

const MINUTE_MS = 60_000

/** What is written for a zone in mails and logs, in minutes east of Greenwich: RFC 2822, and Europe's own. */
const ABBREVIATIONS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ Z: 0, UT: 0, UTC: 0, GMT: 0 },
    ...{ EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420 },
    ...{ WET: 0, WEST: 60, BST: 60, CET: 60, CEST: 120, EET: 120, EEST: 180, MSK: 180 },
  }),
)

/**
 * The offset that a text like `+0100`, `+01:00`, `-08`, `Z` or `CET` says, in ms; NaN if it says none.
 *
 * @example
 * assert.equal(offsetMsOf('-03:30'), -12_600_000)
 */
export function offsetMsOf(text: string): number {
  const match = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(text)
  if (match === null) return (ABBREVIATIONS.get(text.toUpperCase()) ?? NaN) * MINUTE_MS
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return (match[1] === '-' ? -minutes : minutes) * MINUTE_MS
}

/**
 * A zone by its name in the time zone database (`Europe/Berlin`), by its offset (`+01:00`), or `local` for that of this
 * machine. An hour that the clocks show twice is taken for the first of both; one that they skip counts on from before.
 *
 * @throws {RangeError} If there is no such zone.
 * @example
 * assert.equal(zoneNamed('+01:00')(3_600_000), 0)
 * assert.equal(new Date(zoneNamed('Europe/Berlin')(Date.UTC(2026, 6, 1, 12))).toISOString(), '2026-07-01T10:00:00.000Z')
 */
export function zoneNamed(name: string): Zone {
  const fixed = /^([+-]|Z$|UTC$|GMT$)/.test(name) ? offsetMsOf(name) : NaN
  if (!Number.isNaN(fixed)) return (localMs) => localMs - fixed
  const offsetAt = offsetsOf(name)
  let quarter = NaN
  let offset = 0
  return (localMs) => {
    // Since there are time signals, clocks change at full quarters of an hour; data come in order: one value is enough.
    const now = Math.floor(localMs / (15 * MINUTE_MS))
    if (now !== quarter) {
      offset = offsetOfLocal(localMs, offsetAt)
      quarter = now
    }
    return localMs - offset
  }
}

/** The offset at a local time. Of the offsets a day before and a day after, at most both can be in force. */
function offsetOfLocal(localMs: number, offsetAt: (ms: number) => number): number {
  const before = offsetAt(localMs - 24 * 60 * MINUTE_MS)
  const after = offsetAt(localMs + 24 * 60 * MINUTE_MS)
  return offsetAt(localMs - before) !== before && offsetAt(localMs - after) === after ? after : before
}

function offsetsOf(name: string): (ms: number) => number {
  let format: Intl.DateTimeFormat
  try {
    const timeZone = name === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : name
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  } catch (error) {
    throw new RangeError(`a zone must be a name like Europe/Berlin, an offset like +01:00 or local: it is "${name}"`, {
      cause: error,
    })
  }
  return (ms) => {
    const match = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(format.format(ms))
    if (match === null) return 0
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0)
    return (match[1] === '-' ? -seconds : seconds) * 1000
  }
}
