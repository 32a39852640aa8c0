/** Which format a file has. Another number means that older programs can't read it. */
import type { Key } from '../engine/range.js'
import type { RootTable } from './lmdb.js'
import { StoreFileError } from '../errors.js'

/** The format that this code writes. */
export const FORMAT = 1

const ROW = 'format'

interface Format {
  readonly format: number
  readonly madeBy: string
}

/**
 * Check that a file has our format; a file in which nothing is gets it.
 *
 * @throws {StoreFileError} If it has none, or a newer one.
 */
export function checkFormat(root: RootTable<Key>, path: string): void {
  if (root.getBinary(ROW, undefined) === undefined) root.transactionSync(() => { begin(root, path) }) // prettier-ignore
  const { format, madeBy } = JSON.parse(String(root.getBinary(ROW, undefined))) as Format
  if (format <= FORMAT) return
  throw new StoreFileError(
    path,
    `its format is ${format}, made by ${madeBy}, and this program knows formats up to ${FORMAT}. ` +
      'Use a newer version of Deadbeat',
  )
}

function begin(root: RootTable<Key>, path: string): void {
  // Another process may have been first.
  if (root.getBinary(ROW, undefined) !== undefined) return
  if ([...root.getKeys({ start: '', limit: 1 })].length > 0) {
    throw new StoreFileError(path, 'it is a file of lmdb, but no store of Deadbeat. Name another file')
  }
  const format: Format = { format: FORMAT, madeBy: 'deadbeat' }
  root.putSync(ROW, Buffer.from(JSON.stringify(format)))
}
