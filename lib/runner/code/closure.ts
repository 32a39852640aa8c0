/**
 * Closures: code and every module that it needs, read in one state of the store and named by one hash. What runs is
 * that, whatever is written meanwhile.
 */
import { createHash } from 'node:crypto'
import { toError } from '../../errors/index.js'
import { formatJson, parseJson, type Database, type JsonObject } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import type { Keys } from '../keys.js'
import { formatPath, parsePath, type Path } from '../path.js'
import { readCodeEntry, type CodeEntry } from './code-entry.js'
import { compileBody, stripped } from './compile.js'
import type { HostedCode, HostedModule } from './hosted-code.js'
import { readModuleEntry, type ModuleEntry } from './module-entry.js'
import { inOrder } from './requires.js'
import { checkSignature } from './signature.js'

/** How closures are read. */
export interface ClosureOptions {
  /** Public keys (ed25519, base64url). One of them must have signed each part. Not given: signatures don't matter. */
  readonly signers?: readonly string[]
  /** Gets the modules that were asked for, there or not, also where it fails: a change of one may change the outcome. */
  readonly needs?: Set<string>
}

/**
 * Code with all that it needs, from one state of the store.
 *
 * @param reader the database, read as it is now, or a transaction, read as that sees it.
 * @throws {RunnerError} ERR_NO_CODE, if there is none; ERR_ENTRY; ERR_CODE_COMPILE; ERR_CODE_REQUIRES, if a module isn't
 * there, or modules require each other in a circle, which the message lists; ERR_CODE_SIGNATURE.
 * @example
 * await using kv = new MemoryBackend()
 * await kv.put('/deadbeat/code/proc/the/answer', '{"code": "return 42"}')
 * assert.equal((await readClosure(kv, new Keys(), ['the', 'answer'])).js, 'return 42')
 */
export async function readClosure(
  reader: Database,
  keys: Keys,
  path: Path,
  options: ClosureOptions = {},
): Promise<HostedCode> {
  const read = oneState(reader)
  const dotted = formatPath(path)
  const text = path.length === 0 ? null : await read(keys.code(path))
  if (text === null) throw new RunnerError('ERR_NO_CODE', `code ${dotted} is empty: nothing is stored there`)
  const entry = readCodeEntry(parsed(text, `code ${dotted}`), dotted)
  return closureOf(dotted, entry, await modulesOf(read, keys, entry.requires, options.needs), options)
}

/** A module with all that it needs. */
export interface ModuleClosure {
  /** Its dotted path. */
  readonly path: string
  /** It and all others, each behind those that it requires: it comes last. */
  readonly modules: Readonly<Record<string, HostedModule>>
  readonly hash: string
}

/**
 * A module with all that it needs, from one state of the store.
 *
 * @throws {RunnerError} as `readClosure`.
 */
export async function readModuleClosure(
  reader: Database,
  keys: Keys,
  path: Path,
  { needs, signers }: ClosureOptions = {},
): Promise<ModuleClosure> {
  const dotted = formatPath(path)
  const modules = path.length === 0 ? new Map() : await modulesOf(oneState(reader), keys, [dotted], needs)
  if (!modules.has(dotted)) throw new RunnerError('ERR_NO_CODE', `module ${dotted} is empty: nothing is stored there`)
  const needed = neededOf(`module ${dotted}`, [dotted], modules)
  if (signers !== undefined) for (const [name, its] of needed) checkSignature('module', name, its, signers)
  return { path: dotted, modules: hostedOf(needed), hash: hashOf(needed) }
}

/**
 * The closure of code whose modules are at hand.
 *
 * @throws {RunnerError} as `readClosure`.
 */
export function closureOf(
  path: string,
  entry: CodeEntry,
  modules: ReadonlyMap<string, ModuleEntry>,
  { signers }: ClosureOptions = {},
): HostedCode {
  const needed = neededOf(`code ${path}`, entry.requires, modules)
  if (signers !== undefined) {
    checkSignature('code', path, entry, signers)
    for (const [name, its] of needed) checkSignature('module', name, its, signers)
  }
  const { mode, vars, default: values, requires } = entry
  const js = stripped('code', path, entry)
  compileBody({ path, js, mode }, vars)
  const hash = hashOf([[path, entry], ...needed])
  return { path, js, mode, vars, default: values, requires, modules: hostedOf(needed), hash }
}

/** Reads keys, all in the state that the first read has found. */
export type ReadKey = (key: string) => Promise<string | null>

/** Read one state of a database, the current one; or a transaction, which sees but one. */
export function oneState(reader: Database): ReadKey {
  if (!('engine' in reader)) return (key) => reader.get(key)
  let state: Promise<number> | null = null
  return async (key) => {
    if (state !== null) return (await reader.get(key, await state))[0]
    const first = reader.get(key)
    state = first.then(([, { revision }]) => revision)
    return (await first)[0]
  }
}

/** All modules that some require, and those that they require, as far as they are there; `asked` gets all names. */
export async function modulesOf(
  read: ReadKey,
  keys: Keys,
  requires: readonly string[],
  asked = new Set<string>(),
): Promise<Map<string, ModuleEntry>> {
  const found = new Map<string, ModuleEntry>()
  for (let names = [...requires]; names.length > 0;) {
    for (const name of names) asked.add(name)
    const texts = await Promise.all(names.map((name) => read(keys.module(parsePath(name)))))
    const next = names.flatMap((name, i) => {
      const text = texts[i] ?? null
      if (text === null) return []
      const entry = readModuleEntry(parsed(text, `module ${name}`), name)
      found.set(name, entry)
      return entry.requires
    })
    names = [...new Set(next)].filter((name) => !asked.has(name))
  }
  return found
}

/** What is stored as JSON. */
export function parsed(text: string, what: string): JsonObject {
  try {
    return parseJson(text)
  } catch (error) {
    throw new RunnerError('ERR_ENTRY', `${what} can't be used: ${toError(error).message}`, { cause: error })
  }
}

type Needed = readonly (readonly [name: string, entry: ModuleEntry])[]

function neededOf(who: string, requires: readonly string[], modules: ReadonlyMap<string, ModuleEntry>): Needed {
  const names = inOrder(who, requires, (name) => modules.get(name)?.requires)
  return names.map((name) => [name, modules.get(name) as ModuleEntry])
}

function hostedOf(needed: Needed): Record<string, HostedModule> {
  const hosted = needed.map(([name, its]): [string, HostedModule] => [
    name,
    { js: stripped('module', name, its), requires: its.requires },
  ])
  return Object.fromEntries(hosted)
}

/** Neither what a part is for nor who has signed it makes it run otherwise. */
function hashOf([first, ...others]: readonly (readonly [string, object])[]): string {
  const sorted = others.sort(([a], [b]) => (a < b ? -1 : 1))
  const parts = [first, ...sorted].map((part) => ({
    name: part?.[0],
    ...part?.[1],
    info: undefined,
    signature: undefined,
  }))
  return createHash('sha256').update(formatJson({ parts })).digest('hex')
}
