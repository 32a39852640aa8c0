/** The commands of `deadbeat job`, and their help. */
import { DEFAULT_GROUP } from '../../runner/index.js'
import { WHICH_STORE, type StoreProgram } from '../kv/store-program.js'
import { addDelete } from './delete.js'
import { addDrain } from './drain.js'
import { addGet } from './get.js'
import { addHistory } from './history.js'
import { addInfo } from './info.js'
import { addList } from './list.js'
import { addLog } from './log.js'
import { addMonitor } from './monitor.js'
import { joinPairs } from './pairs.js'
import { addPath } from './path.js'
import { addPause } from './pause.js'
import { addRun } from './run.js'
import { addSet } from './set.js'
import { addState } from './state.js'

const HELP = `
A job is stored code, or an app, that the nodes of a group run: any one of them, one that is named, or all.

  deadbeat node                                          be a node: in another terminal, or on other machines
  deadbeat code set the.answer --text 'return 42'
  deadbeat job set a.question -c the.answer -t 0         any node runs it, once, now
  deadbeat job state a.question --result                 42
  deadbeat job -n - set everywhere -c the.answer -t 0    all nodes; -n n1: that one
  deadbeat job list                                      how they stand, and why they don't run
  deadbeat job monitor                                   what happens
${WHICH_STORE}`

const EXIT_HELP = `
Exit codes: 0; 1, it has not run, or returned nothing; 64, a wrong use; 65, a job that can't be; 66, no such job or node; 69,
the store can't be reached; 73, somebody changed it; 75, it still runs, or not in time: try again; 77, the store refuses it.
`

/** The program. */
export const JOB_PROGRAM: StoreProgram = {
  name: 'job',
  description: 'Say what the nodes of a fleet are to run, and see how it goes.',
  help: HELP,
  exitHelp: EXIT_HELP,
  prepare: (argv) => joinPairs(argv, ['-s', '--variable', '--label', '--limit']),
  extend: (command) =>
    command
      .option('-n, --node <name>', 'jobs of this node; -, those that all nodes run; not given, those that any may run')
      .option('-g, --group <name>', 'of this group of nodes', DEFAULT_GROUP),
  commands: [
    ...[addInfo, addList, addGet, addSet, addState, addRun, addDelete],
    ...[addPause, addLog, addHistory, addDrain, addMonitor, addPath],
  ],
}
