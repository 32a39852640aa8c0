/** What arguments of several commands are: apps, daemons, items, paths. What each needs is loaded when it is asked. */
import type { Candidate, Completer } from './completes.js'

const files: readonly Candidate[] = [{ place: 'files' }]
const directories: readonly Candidate[] = [{ place: 'directories' }]

/** Any file. */
export const anyFile: Completer = () => files

/** Any directory. */
export const anyDirectory: Completer = () => directories

/** An app: by its file, or by the name of one that comes with Deadbeat. */
export const anyApp: Completer = async (typed) => (await import('./names.js')).apps(typed)

/** A daemon that is to be found: apps that run, and daemons of items; then their items. */
export const anyItem: Completer = async (typed) => await (await itemNames()).items(typed)

/** A daemon, and a method of it that may be called. */
export const anyMethod: Completer = async (typed) => await (await itemNames('methods')).items(typed)

/** What follows a daemon whose method is called: that method. */
export const moreOfCall: Completer = async (typed) => await (await itemNames('methods')).more(typed)

/** The same where a running app is meant only. */
export const anyRunning: Completer = async (typed) => (await import('./names.js')).running(typed)

/** What follows a daemon or an item: more items, or what the item may be set to. */
export const moreItems: Completer = async (typed) => await (await itemNames()).more(typed)

/** Who presses the Tab key doesn't wait longer. */
const WAIT_MS = 300

async function itemNames(of: 'items' | 'methods' = 'items') {
  const { ItemNames } = await import('./names.js')
  return new ItemNames(WAIT_MS, of)
}

/** By the names that arguments and values of options have. */
export const BY_NAME: Readonly<Record<string, Completer>> = {
  app: anyApp,
  file: anyFile,
  directory: anyDirectory,
  dir: anyDirectory,
  folder: anyDirectory,
}
