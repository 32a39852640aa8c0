/** Where an app's configuration lies when nobody says so. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { configEndings } from '../conf/file.js'
import { ConfigError } from '../errors/index.js'

/**
 * The configuration file of an app: NAME with a known ending in `config` within its folder, beside that, or beside
 * the `dist` that it was built into; else in /etc/deadbeat. Null if there is none.
 *
 * @param appFile The app's file; null if it has none.
 * @param systemDir /etc/deadbeat, but for tests.
 * @throws {ConfigError} If one folder has two of them.
 */
export function findConfig(name: string, appFile: string | null, systemDir = '/etc/deadbeat'): string | null {
  for (const dir of [...foldersOf(appFile), systemDir]) {
    const files = configEndings.map((ending) => join(dir, name + ending)).filter((file) => existsSync(file))
    const [file, other] = files
    if (other !== undefined) throw new ConfigError([`both ${String(file)} and ${other} exist: say which with --config`])
    if (file !== undefined) return file
  }
  return null
}

function foldersOf(appFile: string | null): string[] {
  if (appFile === null) return []
  const own = dirname(appFile)
  const above = dirname(own)
  const folders = [join(own, 'config'), join(above, 'config')]
  return basename(above) === 'dist' ? [...folders, join(dirname(above), 'config')] : folders
}
