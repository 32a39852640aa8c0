/** From a configuration file to the app that it is for. */
import { basename, dirname, extname, join } from 'node:path'
import { configEndings } from '../conf/file.js'
import { locate } from './locate.js'

/** Whether a name is that of a configuration file, by its ending. */
export function isConfigFile(name: string): boolean {
  return (configEndings as readonly string[]).includes(extname(name).toLowerCase())
}

/**
 * The app that a configuration file is found by: the one of its name beside it, in the folder above, or in `apps` there;
 * else the one of that name which comes with Deadbeat. Without its ending if there is none.
 */
export function appOfConfig(file: string): string {
  const name = basename(file, extname(file))
  const folder = dirname(file)
  const places = [join(folder, name), join(folder, '..', 'apps', name), join(folder, '..', name)]
  return places.map((place) => locate(place, process.cwd(), null).file).find((found) => found !== null) ?? name
}
