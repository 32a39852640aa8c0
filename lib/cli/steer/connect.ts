/** From what a user calls a daemon to a connection with it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../app/app.js'
import { EXIT } from '../../app/exit-codes.js'
import { runtimeDirectory } from '../../files/runtime-directory.js'
import { controlSocketOf } from '../../app/serve-app.js'
import { takeFlag } from '../../conf/take-flag.js'
import { ControlClient, RequestError } from '../../control/index.js'
import { ConfigError } from '../../errors/index.js'
import { LoadError } from '../load.js'
import { locate } from '../locate.js'
import { loadDaemonApp, lookLoosely } from '../look-at.js'

/** A daemon, and what is asked of it. */
export interface Target {
  /** Its name, for messages. */
  readonly name: string
  readonly socket: string
  /** Which items: the word behind the daemon, else what came with it; `*` if nothing was said. */
  readonly pattern: string
  /** What came with the daemon, as in `resolve.Dedupe.windowMs`; null if nothing did. */
  readonly rest: string | null
  /** How long all of it may take, in ms; without an end if it isn't given. */
  readonly timeoutMs?: number | undefined
}

/**
 * What APP, APP.PATTERN or APP PATTERN mean: an app by its file or name, or, where there is no such file, a daemon by its
 * name alone.
 *
 * @param argv What follows: `--socket FILE`, or the flags that the app was started with.
 * @throws {LoadError} If there is an app and it can't be loaded, or if it is a flag that stands in the daemon's place.
 */
export async function targetOf(first: string, second: string | null, argv: readonly string[]): Promise<Target> {
  if (first.startsWith('-'))
    throw new LoadError(`the daemon is named first, then its flags: ${first} is a flag`, EXIT.usage)
  const { value: socket, rest } = takeFlag(argv, '--socket')
  const dot = dotIn(first)
  const isWhole = dot <= 0 || locate(first).file !== null
  const name = isWhole ? first : first.slice(0, dot)
  const tail = isWhole ? null : first.slice(dot + 1)
  const about = { pattern: second ?? tail ?? '*', rest: tail }
  if (socket !== null) return { name, socket, ...about }
  if (locate(name).file === null) return { name, socket: usualSocketOf(name, rest), ...about }
  const app = await loadDaemonApp(name, rest)
  return { name: app.name, socket: socketOf(app, rest), ...about }
}

/** Where the daemon ends and its item begins. A file has a dot of its own before its ending. */
function dotIn(first: string): number {
  const file = /^.+?\.m?[jt]s(?=\.)/.exec(first)?.[0]
  return file !== undefined && locate(file).file !== null ? file.length : first.indexOf('.')
}

/** Whether a name can be a daemon's as well as an app's: it leads to no file. */
export function isPlainName(name: string): boolean {
  return !name.includes('/') && locate(name).file === null
}

/** Whom to ask: a control socket; null: over the wire, and why there is no socket to be asked where one could be meant. */
export interface Way {
  readonly target: Target | null
  readonly trouble: string | null
}

/**
 * Whether a running app is meant, or a daemon somewhere: a name with a host or a port is one of the wire, an app's file or
 * its flags mean the control socket; of a name alone that socket is asked if there is one.
 *
 * @throws {LoadError} As `targetOf`, where a file is named.
 */
export async function wayTo(first: string, second: string | null, argv: readonly string[]): Promise<Way> {
  const isPlain = isPlainName(first)
  if (/^[^/.:]+:/.test(first)) return { target: null, trouble: null }
  try {
    const target = await targetOf(first, second, argv)
    if (!isPlain || argv.length > 0 || existsSync(target.socket)) return { target, trouble: null }
    return { target: null, trouble: `no app ${target.name} runs here (${target.socket})` }
  } catch (error) {
    if (error instanceof LoadError && argv.length === 0 && !first.includes('/')) return { target: null, trouble: null }
    throw error
  }
}

/** Where its settings say, below the root that they give it; where these are wrong by now, the usual one. */
function socketOf(app: App, argv: readonly string[]): string {
  try {
    const prepared = lookLoosely(app, argv)
    const { chroot } = prepared.settings.daemon
    return chroot === null ? controlSocketOf(prepared) : join(chroot, controlSocketOf(prepared))
  } catch (error) {
    if (error instanceof ConfigError) return usualSocketOf(app.name, argv)
    throw error
  }
}

function usualSocketOf(name: string, argv: readonly string[]): string {
  const { value: flag } = takeFlag(argv, '--runtime-dir')
  return join(runtimeDirectory(name, { flag }), `${name}.sock`)
}

/**
 * Ask a daemon, and let go of it whatever comes of it.
 *
 * @throws {RequestError} ERR_DEADLINE if it takes too long; and as `ControlClient`.
 */
export async function ask<T>(
  { name, socket, timeoutMs }: Target,
  act: (client: ControlClient) => Promise<T>,
): Promise<T> {
  let client: ControlClient | undefined
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === undefined) return
    const over = (): void =>
      reject(new RequestError('ERR_DEADLINE', `${name} was asked for ${timeoutMs} ms (--timeout)`))
    timer = setTimeout(over, timeoutMs)
  })
  const asked = async (): Promise<T> => {
    client = await ControlClient.connect(socket)
    return await act(client)
  }
  try {
    return await Promise.race([asked(), late])
  } finally {
    clearTimeout(timer)
    client?.close()
  }
}
