/** `deadbeat error delete`: forget what went wrong. */
import { errorPath } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { recordsAt, recordsOf } from './records.js'

const HELP = `
The record goes with all that nodes have said; if it goes wrong again, it is counted anew. Without -s in all subsystems.

  deadbeat error delete proc.the.answer -s compile
`

interface Flags {
  readonly subsystem?: string
}

/** Add the command to the program. */
export function addDelete(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'delete',
    summary: 'forget what went wrong',
    help: HELP,
    extend: (command) => command.argument('<path>', 'what').option('-s, --subsystem <name>', 'only of this subsystem'),
    act: async (session, [word = ''], flags) => {
      const errors = recordsOf(session)
      for (const record of await recordsAt(errors, word, flags.subsystem)) {
        const { subsystem, path } = record
        await errors.delete(subsystem, errorPath(record))
        session.tell(`${subsystem} ${path} is forgotten`, { subsystem, path })
      }
      return 0
    },
  })
}
