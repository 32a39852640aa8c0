/**
 * A check-point's record: the consistent cut of a whole train at one instant between two passages. What it names is
 * all that a later run needs in order to go on as if nothing had happened; see `cutter.ts` for how it comes about.
 */
import type { Json } from '../cog/cog.js'
import { RecordError } from '../errors.js'

/** One origin of which some data were held: they are supplied again. */
export type OpenOrigin = {
  readonly supply: string
  readonly origin: Json
  /** The numbers of the data within the origin, ascending. */
  readonly ks: readonly number[]
}

/** One held datum that its origin alone can't bring back: it enters its cog again. */
export type OpenValue = {
  readonly cog: string
  readonly data: Json
  /** What it came of, for its original: the number of a source, and its number within it. Not there if it came of many. */
  readonly from?: readonly [source: number, k: number]
}

/** What a held datum came of: a supply's origin. */
export type OpenSource = {
  readonly supply: string
  readonly origin: Json
}

/** The record. Everything is named by the names of the train's places. */
export type CutRecord = {
  readonly version: 1
  /** When it was made: wall clock, ms since the Unix epoch. */
  readonly timeMs: number
  /** How far each supply that can go back had got. */
  readonly supplies: Readonly<Record<string, Json>>
  /** What each drain's output is to be cut back to. */
  readonly drains: Readonly<Record<string, Json>>
  readonly snapshots: Readonly<Record<string, Json>>
  readonly origins: readonly OpenOrigin[]
  readonly values: readonly OpenValue[]
  /** What the values came of; records of earlier versions have none. */
  readonly sources?: readonly OpenSource[]
}

/** A record that lacks only the marks of the drains. It is text at once: what it tells of is changed by what comes next. */
export type Opening = string
/** The marks of all drains, by their names. */
export type Marks = ReadonlyMap<string, Json>

/** Where records are kept: one at a time, each replacing the one before it at once and as a whole. */
export interface Checkpoints {
  /** What it is, for messages: a file's path. */
  readonly name: string
  /**
   * The last record that was stored; null if there is none.
   *
   * @throws {Error} If there is one that can't be read. It is never passed over in silence.
   */
  load(): Promise<Json> | Json
  /**
   * Store a record, as JSON text, in place of the one before. Resolves once it would be there after a kill.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has taken the place: the train stops, and stores nothing more.
   * @throws {Error} If it couldn't be stored: it is tried again with a later record.
   */
  store(json: string): Promise<void>
  /** Remove the record: the work that it belonged to is complete. */
  clear(): Promise<void>
  /** Let go of it. */
  close(): void
}

/**
 * What was loaded, as a record.
 *
 * @throws {RecordError} If it is none, or one of a newer program.
 */
export function recordOf(loaded: Json, name: string): CutRecord {
  const record = loaded as (Partial<Omit<CutRecord, 'version'>> & { version?: unknown }) | null
  if (typeof record !== 'object' || record === null || typeof record.version !== 'number') {
    throw new RecordError(`${name} holds no check-point of a train: restore it from a copy, or remove it to begin anew`)
  }
  if (record.version > 1) {
    throw new RecordError(
      `${name} was written by a newer version (format ${record.version}, this one knows 1): run that version, or remove it to begin anew`,
    )
  }
  const { supplies, drains, snapshots, origins, values } = record
  const isWhole = [supplies, drains, snapshots].every(isTable) && Array.isArray(origins) && Array.isArray(values)
  if (!isWhole) throw new RecordError(`${name} is not a whole check-point: restore it from a copy, or remove it`)
  return record as unknown as CutRecord
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole record. */
export function whole(opening: Opening, marks: Marks): string {
  return `${opening.slice(0, -1)},"drains":${JSON.stringify(Object.fromEntries(marks))}}`
}
