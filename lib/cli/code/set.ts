/** `deadbeat code set`: store code or a module, or change what is stored of it. */
import { InvalidArgumentError, type Command } from 'commander'
import { isSameJson, parseJson, RevisionMismatchError, type JsonObject, type Transaction } from '../../kv/index.js'
import {
  formatPath,
  ModuleChecker,
  readCodeEntry,
  readModuleEntry,
  signatureOf,
  storeCode,
  storeModule,
  stripped,
  type ModuleEntry,
  type Path,
} from '../../runner/index.js'
import { addPair } from '../job/pairs.js'
import { readVariable, REMOVED, VARIABLES_HELP } from '../job/read-variable.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import { keyRevision } from '../kv/options.js'
import { readFile } from '../kv/read-value.js'
import type { Session } from '../kv/session.js'
import { codesOf, pathGiven, type What } from './what.js'

interface Flags {
  readonly script?: string
  readonly text?: string
  readonly lang?: string
  readonly async?: true
  readonly sync?: true
  readonly thread?: true
  readonly vars?: string
  readonly requires?: string
  readonly variable?: ReadonlyMap<string, string>
  readonly info?: string
  readonly data?: string
  readonly signWith?: string
  readonly rev?: number
  readonly dryRun?: true
}

const CODE_HELP = `
The text is the body of a function; new code is asynchronous unless it is said otherwise. What isn't named stays as it is.
Nothing is stored that doesn't compile, or requires a module that isn't stored.

  deadbeat code set the.answer --text 'return 42'
  deadbeat code set scale -S scale.ts --vars src,dst -s factor 2 --requires lib.math
  deadbeat code set scale -s factor 3                  another default; -s factor =-: none; -s factor =/: no such input
  make-code | deadbeat code set the.answer -S - -n     look whether it could be stored
${VARIABLES_HELP}`

const MODULE_HELP = `
The text is an ES module. It may import what it requires, by path, and nothing else: import { f } from 'lib.math'.
Nothing is stored that doesn't parse, requires a module that isn't stored, or requires itself over others.

  deadbeat code module set lib.math -S math.ts
  deadbeat code module set lib.geo -S geo.js --requires lib.math
`

/** Add the command to the program. */
export function addSet(program: KvProgram, what: What): void {
  addKvCommand<Flags>(program, {
    name: 'set',
    summary: `store ${what === 'code' ? 'code' : 'a module'}, or change what is stored of it`,
    help: what === 'code' ? CODE_HELP : MODULE_HELP,
    makesStore: true,
    extend: (command) => {
      command
        .argument('<path>', `which ${what}`)
        .option('-S, --script <file>', 'the text is in this file; -: stdin')
        .option('--text <text>', 'the text itself')
        .option('--lang <js|ts>', 'its language; by the name of the file, else as it is, else js')
        .option('--requires <paths>', 'the modules that it requires, with commas; empty: none')
        .option('-i, --info <text>', 'what it is for')
        .option('-d, --data <json>', 'more fields, as an object of JSON')
        .option('--sign-with <file>', 'sign it with this key (ed25519, PEM)')
        .option('--rev <revision>', 'only if it was not written since; 0: only if it is not there', keyRevision)
        .option('-n, --dry-run', 'look whether it could be stored, and store nothing')
      return what === 'code' ? withInputs(command) : command
    },
    act: (session, [word], flags) => set(session, what, pathGiven(word), flags),
  })
}

function withInputs(command: Command): Command {
  return command
    .option('-a, --async', 'it is asynchronous')
    .option('-A, --sync', 'it is not')
    .option('-t, --thread', 'it is not, and runs in a thread of its own')
    .option('--vars <names>', 'its inputs in order, with commas; empty: none')
    .option('-s, --variable <name value>', 'what an input is if nobody gives it', pair)
}

async function set(session: Session, what: What, path: Path, flags: Flags): Promise<number> {
  const { kv, keys, keyOf } = codesOf(session, what)
  const name = formatPath(path)
  const text = await textOf(session, flags)
  const key = keyOf(path)
  const [stored, { modRevision }] = path.length === 0 ? [null, { modRevision: null }] : await kv.get(key)
  if (flags.rev !== undefined && flags.rev !== (modRevision ?? 0)) {
    throw new RevisionMismatchError(session.shown(key), flags.rev, modRevision)
  }
  const isNew = stored === null
  const before = stored === null ? (what === 'code' ? { mode: 'async' } : {}) : parseJson(stored)
  if (isNew && text === null)
    throw new KvCommandError(`${what} ${name} is new: give its text by --script or --text`, KV_EXIT.usage)
  const written = signed(what, name, changed(before, text, flags), before, flags)
  if (what === 'module') await parse(name, readModuleEntry(written, name))
  const store = async (txn: Transaction): Promise<void> => {
    // What was looked at is what is changed, and nothing that came between.
    if ((await txn.get(key)) !== stored) throw new RevisionMismatchError(session.shown(key), modRevision ?? 0, null)
    if (what === 'code') await storeCode(txn, keys, path, readCodeEntry(written, name))
    else await storeModule(txn, keys, path, readModuleEntry(written, name))
  }
  if (flags.dryRun === true)
    await store(kv.transaction()) // It is never committed.
  else await kv.transact(store)
  const done = flags.dryRun === true ? 'could be stored' : isNew ? 'is stored' : 'is changed'
  session.tell(`${what} ${name} ${done}`, { path: name, entry: written, isNew, dryRun: flags.dryRun === true })
  return 0
}

async function parse(name: string, entry: ModuleEntry): Promise<void> {
  await using checker = new ModuleChecker()
  await checker.check(name, stripped('module', name, entry))
}

interface Text {
  readonly code: string
  readonly lang: string | null
}

async function textOf(session: Session, { script, text }: Flags): Promise<Text | null> {
  if (script !== undefined && text !== undefined) {
    throw new KvCommandError('the text is given once: --script or --text', KV_EXIT.usage)
  }
  if (text !== undefined) return { code: text, lang: null }
  if (script === undefined) return null
  const bytes = script === '-' ? await session.around.readAll() : readFile(script)
  const lang = /\.m?ts$/.test(script) ? 'ts' : /\.m?js$/.test(script) ? 'js' : null
  return { code: Buffer.from(bytes).toString('utf8'), lang }
}

function changed(before: JsonObject, text: Text | null, flags: Flags): JsonObject {
  const { lang = text?.lang ?? undefined, vars, requires, info, data } = flags
  const modes = (['async', 'sync', 'thread'] as const).filter((mode) => flags[mode] === true)
  if (modes.length > 1)
    throw new KvCommandError(`code is one of ${modes.map((mode) => `--${mode}`).join(', ')}`, KV_EXIT.usage)
  return {
    ...before,
    ...(data === undefined ? {} : dataOf(data)),
    ...(text === null ? {} : { code: text.code }),
    ...(lang === undefined ? {} : { lang }),
    ...(modes[0] === undefined ? {} : { mode: modes[0] }),
    ...(requires === undefined ? {} : { requires: listOf(requires) }),
    ...(info === undefined ? {} : { info }),
    ...inputs(before, vars, flags.variable ?? new Map()),
  }
}

/** Inputs and what they are if nobody gives them: `-s` gives an input a default, `=-` takes it away, `=/` the input, too. */
function inputs(before: JsonObject, vars: string | undefined, given: ReadonlyMap<string, string>): JsonObject {
  if (vars === undefined && given.size === 0) return {}
  const names = new Set(vars === undefined ? (before['vars'] as readonly string[] | undefined) : listOf(vars))
  const values = new Map(Object.entries((before['default'] ?? {}) as JsonObject))
  for (const [name, text] of given) {
    names.add(name)
    const value = text === '=/' ? REMOVED : readVariable(text)
    if (text === '=/') names.delete(name)
    if (value === REMOVED) values.delete(name)
    else values.set(name, value)
  }
  return { vars: [...names], default: Object.fromEntries(values) }
}

/** A text that changes loses the signature of the one before. */
function signed(what: What, name: string, entry: JsonObject, before: JsonObject, { signWith }: Flags): JsonObject {
  const { signature, ...bare } = entry
  const read = what === 'code' ? readCodeEntry(bare, name) : readModuleEntry(bare, name)
  if (signWith !== undefined) {
    return { ...bare, signature: { ...signatureOf(what, name, read, Buffer.from(readFile(signWith))) } }
  }
  const isSame = isSameJson({ ...before, info: null, signature: null }, { ...bare, info: null, signature: null })
  return isSame && signature !== undefined ? entry : bare
}

function dataOf(text: string): JsonObject {
  try {
    return parseJson(text)
  } catch (error) {
    throw new KvCommandError(`--data must be an object of JSON: it is ${text}`, KV_EXIT.usage, { cause: error })
  }
}

function listOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((name) => name.trim())
}

function pair(text: string, before?: ReadonlyMap<string, string>): Map<string, string> {
  const pairs = addPair(text, before)
  if (pairs === null) throw new InvalidArgumentError('It must be a name and a value: two words.')
  return pairs
}
