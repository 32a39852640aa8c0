/** The commands of `deadbeat kv`, and their help. */
import { addCompact } from './compact.js'
import { addCreate } from './create.js'
import { addDelete } from './delete.js'
import { addDiff } from './diff.js'
import { addEdit } from './edit.js'
import { addElect } from './elect.js'
import { addExport } from './export.js'
import { addGet } from './get.js'
import { addImport } from './import.js'
import { addList } from './list.js'
import { addLock } from './lock.js'
import { addLog } from './log.js'
import { addPut } from './put.js'
import { addServe } from './serve.js'
import { addStatus } from './status.js'
import { runStoreProgram, WHICH_STORE, type StoreProgram } from './store-program.js'
import type { Surroundings } from './surroundings.js'
import { addUpdate } from './update.js'
import { addWatch } from './watch.js'

const HELP = `
A store is a tree of keys, /like/this, each with a value, in a file of this machine or in etcd:

  deadbeat kv put /app/limit 20
  deadbeat kv get /app/limit
  deadbeat kv list --all --values
  deadbeat kv watch /app --all                 every change, until Ctrl-C
  deadbeat kv edit /app/limit                  with $EDITOR
  deadbeat kv export /app > app.json           and import, also into another store
  deadbeat kv lock /locks/backup -- backup.sh  nobody else meanwhile
  deadbeat kv serve                            for etcdctl and other clients of etcd
${WHICH_STORE}`

const COMMANDS = [
  ...[addGet, addList, addPut, addCreate, addUpdate, addDelete],
  ...[addWatch, addLog, addDiff, addStatus, addCompact],
  ...[addEdit, addExport, addImport, addLock, addElect, addServe],
]

/** The program. */
export const KV_PROGRAM: StoreProgram = {
  name: 'kv',
  description: 'Read, write and watch a tree of keys.',
  help: HELP,
  commands: COMMANDS,
}

/**
 * Parse the arguments behind `deadbeat kv` and do what they say.
 *
 * @returns The exit code.
 */
export async function kvCommand(argv: readonly string[], around?: Surroundings): Promise<number> {
  return await runStoreProgram(KV_PROGRAM, argv, around)
}
