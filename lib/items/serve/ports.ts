/** At which port a daemon listens: where it was before, so that clients find it, and where no other one is expected. */
import { codeOf } from '../../errors/index.js'

/** The first and the last of some ports. */
export type PortRange = readonly [first: number, last: number]

/** What decides about a port. */
export interface PortChoice {
  /** What was asked for: one port, 0 for any, or a range; nothing if it isn't given. */
  readonly wanted: number | PortRange | undefined
  /** The port of the last run; null if there is none. */
  readonly kept: number | null
  /** What is taken where nothing was asked for. */
  readonly usual: PortRange
  /** Ports where other daemons were, and will be again. */
  readonly avoided: ReadonlySet<number>
}

/**
 * The ranges in which a port is looked for, in their order: the one of before, those where nobody is expected, all.
 *
 * @example
 * const choice = { wanted: undefined, kept: 11000, usual: [10079, 10085], avoided: new Set([10080]) }
 * assert.deepEqual(rangesOf(choice), [[11000, 11000], [10079, 10079], [10081, 10085], [10079, 10085]])
 * assert.deepEqual(rangesOf({ ...choice, wanted: 0 }), [[0, 0]])
 */
export function rangesOf({ wanted, kept, usual, avoided }: PortChoice): PortRange[] {
  if (typeof wanted === 'number') return [[wanted, wanted]]
  const all = wanted ?? usual
  const isIn = (port: number): boolean => port >= all[0] && port <= all[1]
  // A range that was asked for counts more than where it was before.
  const before: PortRange[] = kept === null || (wanted !== undefined && !isIn(kept)) ? [] : [[kept, kept]]
  const others = [...avoided].filter(isIn).sort((a, b) => a - b)
  const gaps: PortRange[] = []
  let first = all[0]
  for (const port of others) {
    if (port > first) gaps.push([first, port - 1])
    first = port + 1
  }
  if (first <= all[1]) gaps.push([first, all[1]])
  return others.length === 0 ? [...before, all] : [...before, ...gaps, all]
}

/**
 * What could be opened in the first range that has a free port.
 *
 * @throws What opening threw in the last range, or anything but ERR_WIRE_IN_USE at once.
 */
export async function openFirst<T>(ranges: readonly PortRange[], open: (range: PortRange) => Promise<T>): Promise<T> {
  for (const range of ranges.slice(0, -1)) {
    try {
      return await open(range)
    } catch (error) {
      if (codeOf(error) !== 'ERR_WIRE_IN_USE') throw error
    }
  }
  return await open(ranges.at(-1) as PortRange)
}
