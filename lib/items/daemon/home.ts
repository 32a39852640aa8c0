/** Where daemons and clients of one user keep what they know of each other, in the files of mKTL. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describeValue } from '../../errors/index.js'

/** What a store's or a daemon's name may be: a part of a path, of a topic and of a key, on any machine. */
const NAME = /^[a-z0-9][a-z0-9_:@+-]{0,127}$/

/**
 * The directory: `$MKTL_HOME`, else `.mKTL` in the home of the user. It only names it.
 *
 * @example
 * assert.equal(homeDirectory({ HOME: '/home/ann' }), '/home/ann/.mKTL')
 */
export function homeDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = env['MKTL_HOME'] ?? ''
  if (given !== '') return resolve(given)
  const home = env['HOME'] ?? ''
  return join(home === '' ? homedir() : home, '.mKTL')
}

/**
 * The name of a store or of a daemon as it stands on the wire and in files: in lower case, however it was written.
 *
 * @param what What it names, for the message.
 * @throws {RangeError} If it may not be one: it becomes a part of paths, and the first dot of a key ends it.
 * @example
 * assert.equal(nameOf('store', 'Lamp'), 'lamp')
 * assert.throws(() => nameOf('store', '../lamp'), /must be letters, digits/)
 */
export function nameOf(what: 'store' | 'alias', given: string): string {
  const name = given.toLowerCase()
  if (NAME.test(name)) return name
  throw new RangeError(
    `the name of a ${what === 'store' ? 'store' : "store's daemon (its alias)"} must be letters, digits and _ : @ + -, at most 128, and begin with a letter or a digit: it is ${describeValue(given)}`,
  )
}
