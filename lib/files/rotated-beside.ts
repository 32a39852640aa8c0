/** Which files beside a path are what had its name before, and in which order. */
import { packingOf, type Entry, type Listing } from './listing.js'

/**
 * The files that rotations left beside a path, the oldest first: `a.log.1`, `a.log-20260101.gz`, `a.log.old`. A file
 * that is just being compressed is taken once, as it was.
 */
export function rotatedBeside(path: string, listing: Listing): Entry[] {
  const beside = listing.beside(path)
  const names = new Set(beside.map((entry) => entry.path))
  // `mail.err` is no older `mail`; `mail.err.1` is an older one of that.
  const strangers = [...names].filter((name) => !/\d|[.-]old$/.test(withoutPacking(name).slice(path.length)))
  return beside
    .filter((entry) => !strangers.some((stranger) => belongsTo(entry.path, stranger)))
    .filter((entry) => entry.packing === 'none' || !names.has(withoutPacking(entry.path)))
    .sort(olderFirst(path))
}

/**
 * The path that a rotated file had, as far as its name tells: of `a.log.1` and `a.log-20260101.gz` that is `a.log`. Other
 * paths are it themselves.
 */
export function stemOf(path: string): string {
  return withoutPacking(path).replace(/(?<=[^/])(?:[.-]\d[\d.:T_-]*|[.-]old)$/, '')
}

/** Compares what rotations left beside a path: by the time of the last writing, then by number. */
export function olderFirst(path: string): (one: Entry, other: Entry) => number {
  return (one, other) => {
    if (one.mtime !== other.mtime) return one.mtime < other.mtime ? -1 : 1
    return ageOf(one, path) - ageOf(other, path)
  }
}

/** A number that is smaller the older a file is. Numbers that are shifted grow with age; dates and serial numbers don't. */
function ageOf(entry: Entry, path: string): number {
  const suffix = withoutPacking(entry.path).slice(path.length)
  const number = Number(suffix.replaceAll(/\D/g, ''))
  return /^[.-](?:0|[1-9]\d{0,4})$/.test(suffix) ? -number : number
}

function belongsTo(name: string, other: string): boolean {
  return name === other || name.startsWith(`${other}.`) || name.startsWith(`${other}-`)
}

function withoutPacking(path: string): string {
  return packingOf(path) === 'none' ? path : path.slice(0, path.lastIndexOf('.'))
}
