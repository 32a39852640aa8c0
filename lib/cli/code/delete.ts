/** `deadbeat code delete`: remove code, or a module that nothing requires. */
import { removeCode, removeModule } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { codesOf, nameOf, pathGiven, type What } from './what.js'

const CODE_HELP = `
Jobs that run it go on, and can't be started again.

  deadbeat code delete the.answer
`

const MODULE_HELP = `
A module that something requires stays, unless --force: what requires it can't be started any more then.

  deadbeat code module delete lib.math
`

interface Flags {
  readonly force?: true
}

/** Add the command to the program. */
export function addDelete(program: KvProgram, what: What): void {
  addKvCommand<Flags>(program, {
    name: 'delete',
    summary: `remove ${what === 'code' ? 'code' : 'a module'}`,
    help: what === 'code' ? CODE_HELP : MODULE_HELP,
    extend: (command) => {
      command.argument('<path>', `which ${what}`)
      return what === 'code' ? command : command.option('-f, --force', 'though something requires it')
    },
    act: async (session, [word = ''], { force = false }) => {
      const { kv, keys } = codesOf(session, what)
      const path = pathGiven(word)
      await kv.transact((txn) =>
        what === 'code' ? removeCode(txn, keys, path) : removeModule(txn, keys, path, { force }),
      )
      session.tell(`${what} ${word} is deleted`, { path: word, is: nameOf(what) })
      return 0
    },
  })
}
