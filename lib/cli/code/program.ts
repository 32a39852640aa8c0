/** The commands of `deadbeat code`, and their help. */
import { joinPairs } from '../job/pairs.js'
import type { KvProgram } from '../kv/add-kv-command.js'
import { WHICH_STORE, type StoreProgram } from '../kv/store-program.js'
import { addCheck } from './check.js'
import { addDelete } from './delete.js'
import { addGet } from './get.js'
import { addList } from './list.js'
import { addSet } from './set.js'
import { addSign } from './sign.js'
import { nameOf, type What } from './what.js'

const HELP = `
Code is the body of a function that jobs run and programs call; a module is what code and other modules import.

  deadbeat code set the.answer --text 'return 42'
  deadbeat code module set lib.math -S math.ts
  deadbeat code set scale -S scale.ts --requires lib.math
  deadbeat code list
  deadbeat code check                          whether all of it can be used
  deadbeat code sign scale --with anna.pem     for nodes that run only what was signed
  deadbeat job set lamp -c scale -t 0          let a node run it
${WHICH_STORE}`

const EXIT_HELP = `
Exit codes: 0; 64, a wrong use; 65, code that doesn't compile, is no entry, or requires what is not stored or itself; 66, no
such code; 69, the store can't be reached; 73, somebody changed it; 75, not in time: try again; 77, refused, or not signed.
`

const COMMANDS = [addList, addGet, addSet, addDelete, addCheck, addSign]

/** The program. */
export const CODE_PROGRAM: StoreProgram = {
  name: 'code',
  description: 'Store, look at and sign the code that the nodes of a fleet run.',
  help: HELP,
  exitHelp: EXIT_HELP,
  // Of list, -s has no value.
  prepare: (argv) => (argv.includes('list') ? argv : joinPairs(argv, ['-s', '--variable'])),
  commands: [(program) => addAll(program, 'code'), addModules],
}

function addAll(program: KvProgram, what: What): void {
  for (const add of COMMANDS) add(program, what)
}

function addModules(program: KvProgram): void {
  const command = program.command.command('module').summary('the same for modules').description('The same for modules.')
  addAll({ ...program, command, name: nameOf('module') }, 'module')
}
