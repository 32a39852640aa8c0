/** The apps that run here, by their control sockets in the usual place. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runtimeDirectory, type RuntimeDirectoryOptions } from '../../files/runtime-directory.js'

/** An app that runs, or was killed and left its socket. */
export interface RunningApp {
  readonly name: string
  readonly socket: string
}

const ENDING = '.sock'

/** Those of this user; in a unit of systemd, its own. */
export async function runningApps(options: RuntimeDirectoryOptions = {}): Promise<RunningApp[]> {
  const one = runtimeDirectory('*', options) // Each has a directory of its name, unless something says which it is.
  const isShared = basename(one) !== '*'
  const folders = isShared ? [one] : (await namesIn(dirname(one))).map((name) => join(dirname(one), name))
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await namesIn(folder))
        .filter((name) => name.endsWith(ENDING) && (isShared || name === basename(folder) + ENDING))
        .map((name) => ({ name: name.slice(0, -ENDING.length), socket: join(folder, name) })),
    ),
  )
  return found.flat()
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch {
    return [] // It isn't there, is a file, or can't be read: nobody of ours runs there.
  }
}
