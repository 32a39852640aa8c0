/** `deadbeat code list`: what is stored. */
import { readCodeEntry, readModuleEntry } from '../../runner/index.js'
import { toError } from '../../errors/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { codesOf, listWritten, nameOf, pathGiven, type What, type Written } from './what.js'

interface Flags {
  readonly full?: true
  readonly short?: true
  readonly minDepth?: string
  readonly maxDepth?: string
}

/** Add the command to the program. */
export function addList(program: KvProgram, what: What): void {
  const name = nameOf(what)
  addKvCommand<Flags>(program, {
    name: 'list',
    summary: `what ${what} is stored`,
    help: `
A line each: the path, ${what === 'code' ? 'its mode and inputs, ' : ''}what it requires, and what it is for.

  deadbeat ${name} list                     everything
  deadbeat ${name} list app --short         the paths below app
  deadbeat ${name} list --json              everything about everything, an object a line
`,
    extend: (command) =>
      command
        .argument('[path]', 'those that begin so')
        .option('-f, --full', 'all that is stored, as JSON')
        .option('-s, --short', 'the paths alone')
        .option('-m, --min-depth <n>', 'at least so many elements below the path')
        .option('-M, --max-depth <n>', 'at most so many'),
    act: async (session, [word], flags) => {
      const under = pathGiven(word)
      const [least, most] = [Number(flags.minDepth ?? 0), Number(flags.maxDepth ?? Infinity)]
      for (const written of await listWritten(codesOf(session, what), what, under)) {
        const { path, entry, revision } = written
        const depth = pathGiven(path).length - under.length
        if (!(depth >= least && depth <= most)) continue
        const line =
          flags.short === true ? path : flags.full === true ? JSON.stringify({ path, ...entry }) : lineOf(what, written)
        session.tell(line, { path, ...entry, revision })
      }
      return 0
    },
  })
}

function lineOf(what: What, { path, entry }: Written): string {
  try {
    const code = what === 'code' ? readCodeEntry(entry, path) : null
    const read = code ?? readModuleEntry(entry, path)
    const inputs = code === null ? [] : [`${code.mode}(${code.vars.join(', ')})`]
    const requires = read.requires.length === 0 ? [] : [`requires ${read.requires.join(', ')}`]
    const info = read.info === '' ? [] : [read.info]
    return [path, ...inputs, read.lang, ...requires, ...info].join('  ')
  } catch (error) {
    return `${path}  can't be used: ${toError(error).message}`
  }
}
