/** The lines of a file as they came: read again when they are asked for. */
import { readAt } from './cut-chunk.js'
import type { FileRange, TailedFile } from './tailed-file.js'
import { lineOf } from './text.js'

/** What can give a file's descriptor: null if its bytes are gone. */
export interface Descriptors {
  descriptor(file: TailedFile): number | null
}

/**
 * The k-th line of a range, at most `bytesMax` bytes of it. Null if it is gone: its file was truncated.
 *
 * @throws What opening and reading the file throws.
 */
export function originalOf(files: Descriptors, range: FileRange, k: number, bytesMax: number): Buffer | null {
  const { file, start, end, bytes } = range
  if (bytes !== null) return lineOf(bytes, k)
  const fd = files.descriptor(file)
  return fd === null ? null : lineOf(readAt(fd, start, Math.min(end - start, bytesMax)), k)
}
