/** `deadbeat error resolve`: say that something was looked after. */
import { errorPath } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { recordsAt, recordsOf } from './records.js'

const HELP = `
The record stays, resolved, and is open again as soon as it goes wrong again. Without -s it is resolved in all subsystems.

  deadbeat error resolve any.default.a.question -s run
`

interface Flags {
  readonly subsystem?: string
}

/** Add the command to the program. */
export function addResolve(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'resolve',
    summary: 'say that something was looked after',
    help: HELP,
    extend: (command) => command.argument('<path>', 'what').option('-s, --subsystem <name>', 'only of this subsystem'),
    act: async (session, [word = ''], flags) => {
      const errors = recordsOf(session)
      for (const record of await recordsAt(errors, word, flags.subsystem)) {
        const { subsystem, path } = record
        const wasOpen = await errors.resolve(subsystem, errorPath(record))
        session.tell(`${subsystem} ${path} ${wasOpen ? 'is resolved' : 'was resolved before'}`, {
          subsystem,
          path,
          wasOpen,
        })
      }
      return 0
    },
  })
}
