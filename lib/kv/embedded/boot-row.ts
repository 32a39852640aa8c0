/** In which run of the machine the deadlines of a file's leases are. */
import type { Boot } from './boot.js'
import { endOver, renewAll } from './leases.js'
import type { StoreFile } from './store-file.js'

const ROW = 'boot'

/** Before anything else is done: leases of another run have their whole time again, and those that are over end. */
export function checkBoot(file: StoreFile, boot: Boot): void {
  const { tables } = file
  const isOurs = (): boolean => String(tables.root.getBinary(ROW, undefined)) === boot.id
  if (isOurs() && file.latest.soonestMs > boot.now()) return
  file.commitNow((rows) => {
    if (!isOurs()) {
      renewAll(rows, tables, boot.now())
      tables.root.putSync(ROW, Buffer.from(boot.id))
    }
    endOver(rows, tables, boot.now())
  })
}
