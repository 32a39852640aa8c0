/** `deadbeat code check`: whether what is stored can be used. */
import { parsePath, ModuleChecker, readClosure, readModuleClosure, RunnerError } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { KV_EXIT } from '../kv/exits.js'
import type { Session } from '../kv/session.js'
import { codesOf, listWritten, nameOf, pathGiven, requireWritten, type What } from './what.js'

interface Flags {
  readonly signer?: readonly string[]
}

/** Add the command to the program. */
export function addCheck(program: KvProgram, what: What): void {
  const name = nameOf(what)
  addKvCommand<Flags>(program, {
    name: 'check',
    summary: `look whether ${what === 'code' ? 'code' : 'modules'} can be used`,
    help: `
Compiled is each with all that it requires, as one state of the store has it; nothing is run. A line each: what is wrong, or
the hash of what would run. One that can't be used makes it end with 65.

  deadbeat ${name} check
  deadbeat ${name} check app.scale --signer KEY     and signed by that key (deadbeat code sign prints it)
`,
    extend: (command) =>
      command
        .argument('[path]', 'this one; all if it is not given')
        .option('--signer <key>', 'each part must be signed by one of these', (key, keys?: readonly string[]) => [
          ...(keys ?? []),
          key,
        ]),
    act: (session, words, flags) => check(session, what, words, flags),
  })
}

async function check(session: Session, what: What, [word]: readonly string[], { signer }: Flags): Promise<number> {
  const codes = codesOf(session, what)
  const all =
    word === undefined ? await listWritten(codes, what, []) : [await requireWritten(codes, what, pathGiven(word))]
  await using checker = new ModuleChecker()
  let code: number = KV_EXIT.ok
  for (const { path } of all) {
    const { hash, error } = await outcome(codes, what, path, checker, signer)
    if (error !== null) code = KV_EXIT.wrongData
    session.tell(error === null ? `${path}  ${hash}` : error, { path, hash, error })
  }
  return code
}

async function outcome(
  { kv, keys }: ReturnType<typeof codesOf>,
  what: What,
  path: string,
  checker: ModuleChecker,
  signers: readonly string[] | undefined,
): Promise<{ readonly hash: string | null; readonly error: string | null }> {
  const read = what === 'code' ? readClosure : readModuleClosure
  try {
    const { hash, modules } = await read(kv, keys, parsePath(path), signers === undefined ? {} : { signers })
    for (const [name, { js }] of Object.entries(modules)) await checker.check(name, js)
    return { hash, error: null }
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error
    return { hash: null, error: error.message }
  }
}
