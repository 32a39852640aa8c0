/**
 * Finds a file that an earlier run has read, whatever became of it since: renamed, copied and truncated, compressed.
 * It is known by its inode, or by what it begins with. What had its name later was written while nobody read; what had
 * it before was read by earlier runs.
 */
import { basename, dirname } from 'node:path'
import type { ContentMark } from './file-mark.js'
import { FINGERPRINT_MAX, hasFingerprint } from './fingerprint.js'
import type { Entry, Listing } from './listing.js'
import { olderFirst, rotatedBeside, stemOf } from './rotated-beside.js'
import { isSameBirth } from './tailed-file.js'

/** Which file is looked for, and how much of it must be there. */
export type Sought = ContentMark & { readonly offset: number }

/** Where a file is, and what came after it. */
export interface Whereabouts {
  /** The file; null if it isn't there any more. */
  readonly found: Entry | null
  /** What it had before it has what it has now, the oldest first: of one that was empty, copies that were made of it since. */
  readonly before: readonly Entry[]
  /** Files that had its name later, the oldest first, without the one that has it now. */
  readonly newer: readonly Entry[]
  /** Whether its inode still has its name, but with other content. */
  readonly isReplaced: boolean
  /** What was tried, for messages; empty if it has its name still. */
  readonly tried: string
}

/** Times of copies may be kept in whole seconds. */
const SECOND = 1_000_000_000n

/**
 * Look for a file. `isKnown` says of others whether they are somebody else's, or were read.
 *
 * @throws What looking at its path, or into the directory, throws.
 */
export function findAgain(sought: Sought, listing: Listing, isKnown: (entry: Entry) => boolean): Whereabouts {
  const { path } = sought
  const present = listing.at(path)
  const isPresent = present !== null && isSameInode(present, sought)
  const rotated = (): Entry[] =>
    rotatedBeside(path, listing).filter((entry) => entry.id !== present?.id && !isKnown(entry))
  // An empty file may have been filled, copied and truncated, and would look the same.
  const copied = (): Entry[] => (sought.length > 0 ? [] : rotated().filter(isWrittenAfter(sought)))
  if (isPresent && holds(present, sought)) {
    return { found: present, before: copied(), newer: [], isReplaced: false, tried: '' }
  }
  const beside = listing.beside(stemOf(path)).filter(({ id }) => id !== present?.id)
  const renamed = isPresent ? null : (inodeAmong(beside, sought) ?? findInode(sought, listing))
  const copies = [...beside.sort(olderFirst(stemOf(path))), ...(present === null ? [] : [present])]
  const found = renamed ?? copies.find((entry) => isCopy(entry, sought) && !isKnown(entry)) ?? null
  const order = olderFirst(path)
  const isLater = found === null ? isWrittenAfter(sought) : (entry: Entry): boolean => order(found, entry) < 0
  const newer = found !== null && found === present ? [] : rotated().filter(isLater)
  const before = found === null ? [] : copied().filter((entry) => order(entry, found) < 0)
  return { found, before, newer, isReplaced: isPresent, tried: describe(sought, copies) }
}

/** Look for a file by its inode alone, under whatever name in its directory. */
export function findInode(sought: Sought, listing: Listing): Entry | null {
  return inodeAmong([listing.at(sought.path), listing.withId(sought.id)], sought)
}

function inodeAmong(entries: readonly (Entry | null)[], sought: Sought): Entry | null {
  return entries.find((entry) => entry !== null && isSameInode(entry, sought) && holds(entry, sought)) ?? null
}

/** Whether an entry is the inode that is looked for. Its content may be another. */
export function isSameInode({ id, birth }: Entry, sought: Sought): boolean {
  return id === sought.id && isSameBirth(birth, BigInt(sought.birth))
}

/** Whether what is looked for lies in an entry. */
function holds(entry: Entry, sought: Sought): boolean {
  if (entry.packing === 'none' && entry.size < sought.offset) return false
  // An inode that can't be read now is taken for what it was: reading it will be tried again, or fail with its reason.
  return entry.head === null || hasFingerprint(entry.head, sought)
}

/** Whether an entry has the content that is looked for, under another inode. */
export function isCopy(entry: Entry, sought: Sought): boolean {
  if (sought.length === 0 || entry.head === null) return false
  // Many files begin with the same few bytes; but one that was complete before this one was begun is no copy of it.
  if (sought.length < FINGERPRINT_MAX && entry.mtime / SECOND < BigInt(sought.since) / SECOND) return false
  return holds(entry, sought)
}

/** A copy of what was written before may have its time rounded to µs. */
function isWrittenAfter({ since }: Sought): (entry: Entry) => boolean {
  return ({ mtime }) => mtime > BigInt(since) + 1000n
}

function describe({ path, id, length }: Sought, copies: readonly Entry[]): string {
  const inode = `its inode (device:inode ${id}) has no name in ${dirname(path)}`
  if (length === 0) return inode
  const names = copies.map((entry) => basename(entry.path) + (entry.head === null ? ' (which cannot be read)' : ''))
  const begin = names.length === 0 ? 'there is nothing else' : `none of these begins like it: ${names.join(', ')}`
  return `${inode}, and ${begin}`
}
