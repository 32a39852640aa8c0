/** The commands of `deadbeat error`, and their help. */
import { WHICH_STORE, type StoreProgram } from '../kv/store-program.js'
import { addDelete } from './delete.js'
import { addDump } from './dump.js'
import { addResolve } from './resolve.js'

const HELP = `
What goes wrong on a node is written down: one record for each thing, with what each node saw of it, until it works again.

  deadbeat error dump                             what is wrong now
  deadbeat error dump -s compile                  stored code that can't be compiled
  deadbeat error dump -a -v                       with what each node says, and where it happened
  deadbeat error resolve any.default.a.question   somebody has looked after it
${WHICH_STORE}`

const EXIT_HELP = `
Exit codes: 0; 64, a wrong use; 66, no such record; 69, the store can't be reached; 75, not in time: try again; 77, the store
refuses it.
`

/** The program. */
export const ERROR_PROGRAM: StoreProgram = {
  name: 'error',
  description: 'See what went wrong on the nodes of a fleet.',
  help: HELP,
  exitHelp: EXIT_HELP,
  commands: [addDump, addResolve, addDelete],
}
