/** `deadbeat code get`: one entry, its text or all of it. */
import { writeFileSync } from 'node:fs'
import { escapeLines } from '../kv/show.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { codesOf, nameOf, pathGiven, requireWritten, type What } from './what.js'

interface Flags {
  readonly script?: string
}

/** Add the command to the program. */
export function addGet(program: KvProgram, what: What): void {
  const name = nameOf(what)
  addKvCommand<Flags>(program, {
    name: 'get',
    summary: `print the text of ${what}`,
    help: `
The fields besides the text are on stderr, unless -q; with --json everything is one object on stdout.

  deadbeat ${name} get the.answer
  deadbeat ${name} get the.answer -S answer.js         the text into a file
`,
    extend: (command) =>
      command.argument('<path>', `which ${what}`).option('-S, --script <file>', 'write the text to this file'),
    act: async (session, [word], flags) => {
      const { path, entry, revision } = await requireWritten(codesOf(session, what), what, pathGiven(word))
      const { code, ...fields } = entry
      const text = typeof code === 'string' ? code : ''
      if (flags.script !== undefined) writeFileSync(flags.script, text)
      if (session.isJson) {
        session.tell('', { path, ...entry, revision })
        return 0
      }
      const { out, isTerminal } = session.around
      if (flags.script === undefined) out(isTerminal.out ? `${escapeLines(text)}\n` : withEnd(text))
      if (!session.isQuiet) {
        for (const [field, value] of Object.entries(fields)) session.note(`${field}: ${JSON.stringify(value)}`)
      }
      return 0
    },
  })
}

function withEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
