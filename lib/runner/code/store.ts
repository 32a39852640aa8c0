/**
 * Writing stored code, in a transaction that sees to it that nothing is stored that can't be used: every module that is
 * required is there, and none requires itself, over whatever others. Two who would close a circle together are in each
 * other's way, since each has read what the other writes.
 */
import { formatJson, type Transaction } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import type { Keys } from '../keys.js'
import { formatPath, PATH_ELEMENTS_MAX, type Path } from '../path.js'
import { closureOf, modulesOf, oneState, parsed } from './closure.js'
import { readCodeEntry, type CodeEntry } from './code-entry.js'
import { stripped } from './compile.js'
import { isModuleName } from './entry-rules.js'
import { readModuleEntry, type ModuleEntry } from './module-entry.js'
import { inOrder } from './requires.js'

/**
 * Store code, in place of what is there.
 *
 * @throws {RunnerError} If it can't be used: ERR_CODE_COMPILE, ERR_CODE_REQUIRES; ERR_ENTRY, if the path is empty.
 */
export async function storeCode(txn: Transaction, keys: Keys, path: Path, entry: CodeEntry): Promise<void> {
  const dotted = formatPath(path)
  requireElements('code', path)
  closureOf(dotted, entry, await modulesOf(oneState(txn), keys, entry.requires))
  await txn.put(keys.code(path), formatJson(entry), { lease: null })
}

/**
 * Store a module, in place of what is there. Whether it is a module that parses is for `ModuleChecker` to say, before.
 *
 * @throws {RunnerError} ERR_CODE_REQUIRES, if what it requires isn't there, or requires it; ERR_CODE_COMPILE;
 * ERR_ENTRY, if nothing could import it by this path.
 */
export async function storeModule(txn: Transaction, keys: Keys, path: Path, entry: ModuleEntry): Promise<void> {
  const dotted = formatPath(path)
  requireElements('module', path)
  if (!isModuleName(dotted)) {
    throw new RunnerError(
      'ERR_ENTRY',
      `a module's path must be of letters, digits, "_" and "-" between dots, and none of Node's own: it is ${dotted}`,
    )
  }
  const others = await modulesOf(oneState(txn), keys, entry.requires)
  inOrder(`module ${dotted}`, [dotted], (name) => (name === dotted ? entry : others.get(name))?.requires)
  stripped('module', dotted, entry)
  await txn.put(keys.module(path), formatJson(entry), { lease: null })
}

/**
 * Remove code. Jobs that run it go on, and aren't started again.
 *
 * @throws {RunnerError} ERR_NO_CODE, if there is none.
 */
export async function removeCode(txn: Transaction, keys: Keys, path: Path): Promise<void> {
  await remove(txn, 'code', path, keys.code(path))
}

/**
 * Remove a module that nothing requires.
 *
 * @param options.force remove it all the same: what requires it can't be started any more.
 * @throws {RunnerError} ERR_NO_CODE, if there is none; ERR_CODE_REQUIRES, with what requires it.
 */
export async function removeModule(
  txn: Transaction,
  keys: Keys,
  path: Path,
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  const users = force ? [] : await usersOf(txn, keys, formatPath(path))
  if (users.length > 0) {
    const why = `module ${formatPath(path)} can't be removed: ${users.join(', ')} would have nothing to require`
    throw new RunnerError('ERR_CODE_REQUIRES', why)
  }
  await remove(txn, 'module', path, keys.module(path))
}

/** What requires a module itself: `code a.b`, `module c`. What is stored there and makes no sense requires nothing. */
export async function usersOf(txn: Transaction, keys: Keys, module: string): Promise<string[]> {
  const kinds = [
    { kind: 'code', root: keys.code([]), read: readCodeEntry },
    { kind: 'module', root: keys.module([]), read: readModuleEntry },
  ]
  const found = await Promise.all(
    kinds.map(async ({ kind, root, read }) => {
      const entries = await txn.entries(`${root}/`, { recurse: PATH_ELEMENTS_MAX })
      return entries.flatMap(([key, text]) => {
        const path = formatPath(keys.below(root, key) ?? [])
        try {
          return read(parsed(text, `${kind} ${path}`), path).requires.includes(module) ? [`${kind} ${path}`] : []
        } catch {
          return [] // Somebody wrote it past us.
        }
      })
    }),
  )
  return found.flat()
}

async function remove(txn: Transaction, kind: string, path: Path, key: string): Promise<void> {
  requireElements(kind, path)
  if ((await txn.get(key)) === null) throw new RunnerError('ERR_NO_CODE', `there is no ${kind} ${formatPath(path)}`)
  await txn.delete(key)
}

function requireElements(kind: string, path: Path): void {
  if (path.length === 0) throw new RunnerError('ERR_ENTRY', `${kind} must have a path: it is empty`)
}
