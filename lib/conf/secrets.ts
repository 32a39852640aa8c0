/** Secrets that lie in files of their own: named by a setting, a variable or a flag, or handed over by systemd. */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { readBounded } from './read-bounded.js'
import type { SchemaRow } from './schema.js'
import { found, type Findings } from './findings.js'

/** How large a secret may be. */
const BYTES_MAX = 65_536

/** Whether a setting's value may lie in a file of its own. */
export function mayLieInFile({ entry, format }: SchemaRow): boolean {
  return entry.sensitive === true && format !== 'object'
}

/** Take a secret from its file: the text without its last line break. What is wrong with it becomes a fault. */
export function takeSecret(row: SchemaRow, file: string, origin: string, into: Findings): void {
  try {
    const { text, isPublic } = readBounded(file, BYTES_MAX)
    const secret = text.replace(/\r?\n$/, '')
    if (secret === '') throw new Error('it is empty')
    if (isPublic) into.warnings.push(`${file} holds ${row.path}, and everybody may read it: chmod o-r ${file}`)
    const value = row.rule.text === undefined ? secret : row.rule.text(secret)
    into.found.push(found(row, value, secret, () => `${file}, ${origin}`))
  } catch (error) {
    into.faults.push(`${row.path} cannot be read from ${file}: ${(error as Error).message} (${origin})`)
  }
}

/**
 * The secrets that systemd hands over (`LoadCredential=output.password:/etc/…`): the files in `$CREDENTIALS_DIRECTORY`
 * that are named by the path of a setting.
 */
export function fromCredentials(
  env: Readonly<Record<string, string | undefined>>,
  rows: readonly SchemaRow[],
  into: Findings,
): void {
  const folder = env['CREDENTIALS_DIRECTORY'] ?? ''
  if (!isAbsolute(folder)) return
  for (const row of rows.filter(mayLieInFile)) {
    const file = join(folder, row.path)
    if (existsSync(file)) takeSecret(row, file, 'CREDENTIALS_DIRECTORY', into)
  }
}
