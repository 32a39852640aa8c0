/** The lines of a file as they came, and where they stand: read again when they are asked for. */
import { readAt } from './cut-chunk.js'
import type { FileRange, TailedFile } from './tailed-file.js'
import { lineOf } from './text.js'

/** What can give a file's descriptor: null if its bytes are gone. */
export interface Descriptors {
  descriptor(file: TailedFile): number | null
}

/** Where a line stands. */
export interface LinePlace {
  readonly file: string
  readonly offset?: number
}

/**
 * The k-th line of a range, at most `bytesMax` bytes of it. Null if it is gone: its file was truncated.
 *
 * @throws What opening and reading the file throws.
 */
export function originalOf(files: Descriptors, range: FileRange, k: number, bytesMax: number): Buffer | null {
  const bytes = bytesOf(files, range, bytesMax)
  return bytes === null ? null : lineOf(bytes, k)
}

/**
 * Where the k-th line of a range stands: its file, and the byte there that it begins with, if that can still be told.
 *
 * @throws What opening and reading the file throws.
 */
export function provenanceOf(files: Descriptors, range: FileRange, k: number, bytesMax: number): LinePlace {
  const { path } = range.file
  const bytes = bytesOf(files, range, bytesMax)
  const line = bytes === null ? null : lineOf(bytes, k)
  if (bytes === null || line === null) return { file: path }
  return { file: path, offset: range.start + line.byteOffset - bytes.byteOffset }
}

/** Where each line of a range begins, from the beginning of its file; null if its bytes are gone. */
export function lineStarts(files: Descriptors, range: FileRange, bytesMax: number): readonly number[] | null {
  const bytes = bytesOf(files, range, bytesMax)
  if (bytes === null) return null
  const starts = [range.start]
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(range.start + at + 1)
  return starts
}

/** A range's bytes, at most so many of them. Null if they are gone. */
function bytesOf(files: Descriptors, { file, start, end, bytes }: FileRange, bytesMax: number): Buffer | null {
  if (bytes !== null) return bytes
  const fd = files.descriptor(file)
  return fd === null ? null : readAt(fd, start, Math.min(end - start, bytesMax))
}
