/** Cuts a train's lines where it is to be cut, and leaves what belongs to this part. */
import { ConfigError } from '../../errors/index.js'
import { TrainError } from '../errors.js'
import { cutAt, type CutEnds } from './cut-stage.js'
import { Line } from './line.js'
import { placeOf, type Place } from './place.js'

/** The lines of a part. */
export interface Severed {
  readonly lines: readonly Line[]
  /** Who stood in the train, and does not stand in this part. */
  readonly gone: ReadonlySet<object | null>
}

/**
 * Cut lines, which are changed: a cut with an end is where its line ends, one with beginnings is where it begins. Of all
 * lines those are left that are led to from the beginnings; from the train's own supplies if there are none.
 *
 * @throws {TrainError} If a name stands twice, or something leads past a cut into what is behind it.
 * @throws {ConfigError} If a name stands nowhere, or the parts that are wished don't hang together.
 */
export function sever(lines: readonly Line[], ends: CutEnds): Severed {
  const before = lines.flatMap((line) => line.places)
  requireCuts(before, ends.names)
  const beginnings: Line[] = []
  const begun = new Set<Line>()
  const cutOff = new Set<Line>()
  /** What stands at the cuts, by their names. */
  const standing = new Map<string, object>()
  for (const line of lines) {
    for (const { occupant } of [...line.places]) {
      const cut = cutAt(occupant)
      const way = cut === null ? null : ends.at(cut)
      if (cut === null || way === null) continue
      const at = line.places.findIndex((place) => place.occupant === occupant)
      if ('end' in way) {
        standing.set(cut.name, way.end)
        for (const { line: next } of line.branches) cutOff.add(next)
        line.places.splice(at, Infinity, placeOf(way.end))
        line.branches.length = 0
        break
      }
      standing.set(cut.name, occupant as object)
      line.places.splice(0, at)
      begun.add(line)
      for (const supply of way.beginnings) beginnings.push(new Line([supply]).to(line as never))
    }
  }
  const roots = begun.size > 0 ? beginnings : lines.filter((line) => line.startsWithSupply)
  const kept = reachedFrom(roots)
  const lost = lines.filter((line) => !kept.has(line))
  const left = new Set([...kept].flatMap((line) => line.places.map(({ occupant }) => occupant)))
  const idle = ends.names.find((name) => !left.has(standing.get(name) ?? null))
  if (idle !== undefined)
    throw new ConfigError([`what is cut out must hang together: nothing of it leads to cut('${idle}') (cut.parts)`])
  requireSevered(kept, reachedFrom(cutOff), lost, begun)
  return {
    lines: standing.size > 0 ? [...kept] : lines,
    gone: new Set(before.map(({ occupant }) => occupant).filter((occupant) => !left.has(occupant))),
  }
}

function requireCuts(places: readonly Place[], wanted: readonly string[]): void {
  const names = places.map(({ occupant }) => cutAt(occupant)?.name).filter((name) => name !== undefined)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new TrainError(`cut('${twice}') twice: each cut needs a name of its own`)
  const missing = wanted.find((name) => !names.includes(name))
  if (missing !== undefined)
    throw new ConfigError([
      `there is no cut('${missing}') in the train: it has ${names.join(', ') || 'none'} (cut.parts)`,
    ])
}

/** Whatever is behind a cut is led into through it alone. */
function requireSevered(
  kept: ReadonlySet<Line>,
  cutOff: ReadonlySet<Line>,
  lost: readonly Line[],
  begun: ReadonlySet<Line>,
): void {
  const past = [...kept].find((line) => cutOff.has(line))
  const from =
    begun.size === 0
      ? undefined
      : lost.find(({ branches }) => branches.some(({ line }) => kept.has(line) && !begun.has(line)))
  const wrong = past ?? from
  if (wrong !== undefined)
    throw new TrainError(
      `a cut must be the only way to what is behind it: the line that begins with ${wrong.describe()} is on both sides`,
    )
}

function reachedFrom(roots: Iterable<Line>): Set<Line> {
  const reached = new Set<Line>()
  const visit = (line: Line): void => {
    if (reached.has(line)) return
    reached.add(line)
    for (const { line: next } of line.branches) visit(next)
  }
  for (const root of roots) visit(root)
  return reached
}
