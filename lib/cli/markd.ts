/** `deadbeat markd`: a daemon of items in the foreground. */
import { EXIT } from '../app/exit-codes.js'
import { reaching } from '../app/checkpoints/reaching.js'
import { toError } from '../errors/index.js'
import { makeStateDirectory } from '../files/state-directory.js'
import { gather } from '../conf/index.js'
import {
  ItemDaemon,
  nameOf,
  optionsFromSettings,
  readItemFile,
  servingConfig,
  type OpenedOptions,
} from '../items/index.js'
import { logger } from '../log/log.js'
import { Escapement } from '../movement/index.js'
import { announcerOf } from './announcer.js'
import { LoadError, loadModule } from './load.js'
import { locate } from './locate.js'
import type { MarkdFlags } from './markd-command.js'
import { markdSettings } from './markd-settings.js'
import { runDaemon } from './run-daemon.js'

/** What is to be run. */
export interface MarkdRequest {
  readonly store: string
  readonly alias: string
  /** Settings as flags: `--persist.in file`. */
  readonly settings: readonly string[]
  readonly flags: MarkdFlags
}

type DaemonClass = new (store: string, alias: string, args: object) => ItemDaemon

/**
 * Run a daemon until it is stopped.
 *
 * @returns The exit code.
 * @throws Whatever kept it from starting, or stopped it.
 */
export async function markd({ store, alias, settings, flags }: MarkdRequest): Promise<number> {
  const { module, class: name, config, arg, json = false } = flags
  requireNames(store, alias)
  const items = config === undefined ? {} : { items: readItemFile(config) }
  const daemonClass = module === undefined ? ItemDaemon : await classIn(module, name ?? null)
  const daemon = new daemonClass(store, alias, Object.fromEntries(arg))
  const opened = await openOptions(settings, flags)
  const { address = '127.0.0.1' } = opened.options
  const announcer = announcerOf(flags, { ...flags, keys: opened.options.curve?.keys, registryKey: opened.registryKey })
  const start = async (): Promise<void> => {
    await daemon.start({ ...opened.options, announcer, ...items })
    if (module === undefined && daemon.store.items.every(({ key }) => key.startsWith('_')))
      logger.warn(
        `${store}.${alias} has no items: describe them in its item file (--config FILE), or give it a --module`,
      )
  }
  return await runDaemon(daemon, { start, address, json }).finally(() => opened.close())
}

/** Whoever typed them is told before a module is loaded. */
function requireNames(store: string, alias: string): void {
  try {
    nameOf('store', store)
    nameOf('alias', alias)
  } catch (error) {
    throw new LoadError(`markd: ${toError(error).message}`, EXIT.usage)
  }
}

/** The options that settings stand for, with those of the flags. */
async function openOptions(argv: readonly string[], flags: MarkdFlags): Promise<OpenedOptions> {
  const usual = gather({ items: servingConfig }, { argv: [], env: {} }).items
  const given = markdSettings(argv)
  const items = { ...usual, ...given.items, listen: flags.listen ?? usual.listen, announce: false }
  const kv = { ...reaching(given.kv), url: given.kv.url ?? flags.kv ?? null, prefix: given.kv.prefix }
  const stateDirectory = makeStateDirectory('items')
  const esc = Escapement.instance
  const around = { esc, log: logger, stateDirectory, kv, home: flags.home }
  const opened = await optionsFromSettings({ items, persist: given.persist }, around)
  const places = Object.entries({ advertise: flags.advertise, port: flags.port, pubPort: flags.pubPort })
  const said = Object.fromEntries(places.filter(([, value]) => value !== undefined))
  return { ...opened, options: { ...opened.options, ...said } }
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
