/** What the commands of code and of modules work with, which differ in little else. */
import { parseJson, type Backend, type JsonObject } from '../../kv/index.js'
import { formatPath, Keys, parsePath, type Path } from '../../runner/index.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import type { Session } from '../kv/session.js'

/** Code, or a module that code imports. */
export type What = 'code' | 'module'

/** The store as commands of code see it. */
export interface Codes {
  readonly kv: Backend
  readonly keys: Keys
  /** Where the path lies; of the empty path, what all lie below. */
  readonly keyOf: (path: Path) => string
}

/** An entry as it is stored, whether it makes sense or not. */
export interface Written {
  readonly path: string
  readonly entry: JsonObject
  /** The revision of its last write. */
  readonly revision: number
}

/** The store of a command. */
export function codesOf(session: Session, what: What): Codes {
  const keys = new Keys(`${session.prefix}/deadbeat`)
  const keyOf = (path: Path): string => (what === 'code' ? keys.code(path) : keys.module(path))
  return { kv: session.backend, keys, keyOf }
}

/** What stands before the name of a command in messages: `code`, or `code module`. */
export function nameOf(what: What): string {
  return what === 'code' ? 'code' : 'code module'
}

/**
 * An entry that has to be there.
 *
 * @throws {KvCommandError} 66, if there is none; 65, if what is stored there is no object of JSON.
 */
export async function requireWritten({ kv, keyOf }: Codes, what: What, path: Path): Promise<Written> {
  const [text, { modRevision }] = await kv.get(keyOf(path))
  if (text === null || path.length === 0) {
    const hint = `deadbeat ${nameOf(what)} list shows what there is`
    throw new KvCommandError(`there is no ${what} ${formatPath(path)}: ${hint}`, KV_EXIT.notFound)
  }
  return { path: formatPath(path), entry: entryOf(text, `${what} ${formatPath(path)}`), revision: modRevision ?? 0 }
}

/** What is stored at or below a path, in the order of paths. */
export async function listWritten({ kv, keys, keyOf }: Codes, what: What, under: Path): Promise<Written[]> {
  const root = keyOf([])
  const [entries] = await kv.listKeys(`${root}/`, { recurse: 16, withValues: true })
  return entries.flatMap(([key, text, revision]) => {
    const path = keys.below(root, key) ?? []
    if (!under.every((element, i) => path[i] === element)) return []
    return [{ path: formatPath(path), entry: entryOf(text, `${what} ${formatPath(path)}`), revision }]
  })
}

/** The path that a command was given; all for none. */
export function pathGiven(word: string | undefined): Path {
  return word === undefined ? [] : parsePath(word)
}

function entryOf(text: string, name: string): JsonObject {
  try {
    return parseJson(text)
  } catch (error) {
    throw new KvCommandError(`${name} is no object of JSON: deadbeat kv edit mends it`, KV_EXIT.wrongData, {
      cause: error,
    })
  }
}
