/** How `deadbeat new` is written. */
import { Argument, type Command } from 'commander'
import type { Kind } from './new.js'

const HELP = `
Files are written into the project in the current folder: a cog is cogs/NAME.ts and its test, an app is apps/NAME.ts,
config/NAME.json and its test. They work as they are. Nothing is written over.

  deadbeat new cog cut-text      the class CutText, with its insert
  deadbeat new app errors        follows files, writes some of their lines

The tests run with node:test: node --import deadbeat/typescript --test test/cogs/cut-text.test.ts

Exit codes: 0; 64, no such name; 73, a file is there already or can't be written.
`

/** Add the command to the program. `end` is told the exit code. */
export function addNew(program: Command, end: (code: number) => void): void {
  program
    .command('new')
    .summary('write a new cog or app, with its test')
    .description('Write a new cog or app, with its test.')
    .addArgument(new Argument('<kind>', 'what').choices(['cog', 'app']))
    .argument('<name>', 'its name: cut-text; a cog that does something is named by a verb')
    .addHelpText('after', HELP)
    .action(async (kind: Kind, name: string) => {
      const { make } = await import('./new.js')
      end(make(kind, name))
    })
}
