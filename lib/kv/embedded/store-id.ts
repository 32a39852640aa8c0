/** Which store a file is: a number that it has from when it is first asked for, and that a copy of it has too. */
import { randomBytes } from 'node:crypto'
import type { StoreFile } from './store-file.js'

const ROW = 'id'

/** The number of a file, which it gets if it has none. */
export async function storeIdOf(file: StoreFile): Promise<bigint> {
  const { root } = file.tables
  const found = file.reading((reading) => root.getBinary(ROW, reading))
  if (found !== undefined) return found.readBigUInt64BE()
  return file.commit(() => {
    // Another process may have been first.
    const id = root.getBinary(ROW, undefined) ?? randomBytes(8)
    root.putSync(ROW, id)
    return id.readBigUInt64BE()
  })
}
