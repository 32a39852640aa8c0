/** Which store is meant if nobody says. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stateDirectory } from '../../files/state-directory.js'

/**
 * The store of this user: `kv` in the state directory, as `deadbeat run` finds it.
 *
 * @example
 * assert.equal(defaultUrl({ STATE_DIRECTORY: '/var/lib/deadbeat/a' }), 'file:///var/lib/deadbeat/a/kv')
 */
export function defaultUrl(env: Readonly<Record<string, string | undefined>>): string {
  return pathToFileURL(join(stateDirectory('kv', { env }), 'kv')).href
}
