/**
 * The seam between what was read of a file and what is read next: the bytes before it are read once more, along with
 * what comes, and must be what they were. Else the file was truncated and has grown beyond the seam before anybody
 * looked, as while this process was stopped, and what comes is no continuation.
 */
import type { TailedFile } from './tailed-file.js'

/** Of how many bytes before it a seam is known. */
export const SEAM = 64

/** How many bytes are to be read before the place where a file's reading goes on: those that are known of its seam. */
export function seamLength(file: TailedFile): number {
  return file.seam.at === file.scanned ? file.seam.length : 0
}

/** Whether the bytes in `buffer` before `end`, which were read before that place, are what they were. */
export function isSeamless(file: TailedFile, buffer: Buffer, end: number): boolean {
  const length = seamLength(file)
  return length === 0 || hashOf(buffer, end - length, end) === file.seam.hash
}

/** A file's reading goes on behind the bytes in `buffer` before `end`, of which those from `from` on are its own. */
export function noteSeam(file: TailedFile, buffer: Buffer, from: number, end: number): void {
  const { seam } = file
  const begin = Math.max(from, end - SEAM)
  seam.at = file.scanned
  seam.length = end - begin
  seam.hash = hashOf(buffer, begin, end)
}

/** FNV-1a. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash
}
