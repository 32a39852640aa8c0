/** Reading a database directly, or within a transaction, in the same way. */
import type { Backend } from '../backend/backend.js'
import type { Transaction } from '../transaction/transaction.js'

/** What of a transaction entities use; what wraps one may have it, too. */
export type TransactionAccess = Pick<Transaction, 'get' | 'listKeys' | 'create' | 'update' | 'put' | 'delete'>

/** A database, whose operations are each done at once, or a transaction, whose operations are done together. */
export type Database = Backend | TransactionAccess

/** The text at a key; null if there is none. */
export async function readText(db: Database, path: string): Promise<string | null> {
  return isBackend(db) ? (await db.get(path))[0] : await db.get(path)
}

/** The paths of one level that begin so. */
export async function readPaths(db: Database, path: string, level: number): Promise<readonly string[]> {
  const recurse = [level]
  return isBackend(db) ? (await db.listKeys(path, { recurse }))[0] : await db.listKeys(path, { recurse })
}

/** The same with what is there. */
export async function readTexts(
  db: Database,
  path: string,
  level: number,
): Promise<readonly (readonly [path: string, text: string])[]> {
  const options = { recurse: [level], withValues: true } as const
  const entries = isBackend(db) ? (await db.listKeys(path, options))[0] : await db.listKeys(path, options)
  return entries.map(([at, text]) => [at, text])
}

function isBackend(db: Database): db is Backend {
  return 'engine' in db
}
