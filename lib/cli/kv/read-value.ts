/** Where a value that is written comes from. */
import { readFileSync } from 'node:fs'
import { codeOf, toError } from '../../errors/index.js'
import { exitCodeOf } from '../../app/exit-codes.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import type { Surroundings } from './surroundings.js'

/** What an argument says about it, in every help. */
export const VALUE_HELP = 'the value; - for all of stdin, as it is'

/**
 * The bytes of a value: the word itself, all of stdin for `-`, or those of a file.
 *
 * @throws {KvCommandError} If it is given twice or not at all, or the file can't be read.
 */
export async function readValue(
  around: Pick<Surroundings, 'readAll'>,
  word: string | undefined,
  file: string | undefined,
): Promise<Uint8Array> {
  if ((word === undefined) === (file === undefined)) {
    throw new KvCommandError('a value is needed, once: VALUE, - for stdin, or --file FILE', KV_EXIT.usage)
  }
  if (word === '-') return await around.readAll()
  if (word !== undefined) return Buffer.from(word, 'utf8')
  return readFile(file ?? '')
}

/** The bytes of a file. */
export function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const message = `${file} cannot be read (${codeOf(error)}): ${toError(error).message}`
    throw new KvCommandError(message, exitCodeOf(error), { cause: error })
  }
}
