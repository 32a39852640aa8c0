/** `deadbeat markd`: a daemon of items in the foreground. */
import { EXIT } from '../app/exit-codes.js'
import { ItemDaemon, readItemFile, type DaemonOptions } from '../items/index.js'
import { logger } from '../log/log.js'
import { announcerOf } from './announcer.js'
import { LoadError, loadModule } from './load.js'
import { locate } from './locate.js'
import type { MarkdFlags } from './markd-command.js'
import { runDaemon } from './run-daemon.js'

type DaemonClass = new (store: string, alias: string, args: object) => ItemDaemon

/**
 * Run a daemon until it is stopped.
 *
 * @returns The exit code.
 * @throws Whatever kept it from starting, or stopped it.
 */
export async function markd(store: string, alias: string, flags: MarkdFlags): Promise<number> {
  const { module, class: name, config, arg, json = false } = flags
  const items = config === undefined ? {} : { items: readItemFile(config) }
  const daemonClass = module === undefined ? ItemDaemon : await classIn(module, name ?? null)
  const daemon = new daemonClass(store, alias, Object.fromEntries(arg))
  const address = flags.listen ?? '127.0.0.1'
  const announcer = announcerOf(flags, flags)
  const start = (): Promise<void> => daemon.start({ log: logger, announcer, ...optionsOf(flags), ...items })
  return await runDaemon(daemon, { start, address, json })
}

function optionsOf({ listen, advertise, port, pubPort, home, debug }: MarkdFlags): DaemonOptions {
  const given = Object.entries({ address: listen, advertise, port, pubPort, home, debug })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

/**
 * The daemon's class in a file: the one of that name; else the default export, or the only one.
 *
 * @throws {LoadError} If the file can't be loaded, or has no such class.
 */
export async function classIn(file: string, name: string | null): Promise<DaemonClass> {
  const { file: found, tried } = locate(file, process.cwd(), null)
  if (found === null)
    throw new LoadError([`there is no module ${file}; looked for:`, ...tried].join('\n  '), EXIT.noinput)
  const classes = Object.entries(await loadModule(found)).filter((one): one is [string, DaemonClass] =>
    isDaemonClass(one[1]),
  )
  const names = classes.map(([exported]) => exported).join(', ')
  if (classes.length === 0)
    throw new LoadError(
      `${file} exports no class that extends ItemDaemon (of deadbeat/items): export one`,
      EXIT.dataerr,
    )
  const wanted = name ?? (classes.length === 1 ? (classes[0] as [string, DaemonClass])[0] : 'default')
  const [, chosen] = classes.find(([exported]) => exported === wanted) ?? []
  if (chosen !== undefined) return chosen
  const advice = name === null ? `say which with --class: it has ${names}` : `it has ${names}`
  throw new LoadError(`${file} exports no daemon's class ${wanted}: ${advice}`, EXIT.dataerr)
}

/** By what it can do: a project may have its own copy of this package. */
function isDaemonClass(value: unknown): value is DaemonClass {
  if (typeof value !== 'function') return false
  const prototype: unknown = value.prototype
  if (typeof prototype !== 'object' || prototype === null) return false
  return ['addItem', 'setup', 'setupFinal', 'cleanup', 'start', 'stop'].every(
    (name) => typeof Reflect.get(prototype, name) === 'function',
  )
}
