/**
 * What a daemon keeps of itself from run to run, in the files of mKTL: its UUID and its ports, so that clients find it
 * where it was. And the lock that says that there is one of it.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeadbeatError, codeOf, describeValue } from '../../errors/index.js'
import { FileLock } from '../../files/file-lock.js'
import { replaceFile } from '../../files/replace-file.js'

/** Whose instance it is. */
export interface InstanceOptions {
  /** The directory of section "files" of mKTL, `homeDirectory()`. */
  readonly home: string
  /** In lower case, by `nameOf`. */
  readonly store: string
  readonly alias: string
}

/** The ports of a daemon; null where none is known. */
export interface Ports {
  readonly rep: number | null
  readonly pub: number | null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The one instance of a daemon on this machine.
 *
 * @example
 * const { mkdtempSync } = await import('node:fs')
 * const home = mkdtempSync('/tmp/deadbeat-example-')
 * const first = await Instance.take({ home, store: 'lamp', alias: 'main' })
 * await first.keepPorts({ rep: 10079, pub: 10139 })
 * first.release()
 * const second = await Instance.take({ home, store: 'lamp', alias: 'main' })
 * assert.deepEqual([second.uuid, second.ports], [first.uuid, { rep: 10079, pub: 10139 }])
 * second.release()
 */
export class Instance {
  readonly uuid: string
  readonly #home: string
  readonly #store: string
  readonly #lock: FileLock

  /**
   * Take the lock. What isn't there is made, with mode 0700.
   *
   * @throws {DeadbeatError} ERR_IN_USE if there is another instance; ERR_INSTANCE if what was kept can't be used.
   */
  static async take({ home, store, alias }: InstanceOptions): Promise<Instance> {
    const directory = join(home, 'daemon', 'store', store)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    mkdirSync(join(home, 'daemon', 'port', store), { recursive: true, mode: 0o700 })
    const path = join(directory, `${alias}.lock`)
    const lock = FileLock.take(path, `${process.pid}\n`)
    if (lock === null) throw inUse(store, alias, path)
    try {
      return new Instance({ home, store, uuid: await keptUuid(join(directory, `${alias}.uuid`)), lock })
    } catch (error) {
      lock.release()
      throw error
    }
  }

  private constructor(kept: { home: string; store: string; uuid: string; lock: FileLock }) {
    this.uuid = kept.uuid
    this.#home = kept.home
    this.#store = kept.store
    this.#lock = kept.lock
  }

  /** The ports of the last run. */
  get ports(): Ports {
    return { rep: readPort(`${this.#portFile}.req`), pub: readPort(`${this.#portFile}.pub`) }
  }

  /** Those of all other daemons of this home, whether they run or not. */
  get portsOfOthers(): ReadonlySet<number> {
    const own = `${this.#portFile}.`
    const found = new Set<number>()
    for (const store of listing(join(this.#home, 'daemon', 'port'))) {
      for (const file of listing(join(this.#home, 'daemon', 'port', store))) {
        const path = join(this.#home, 'daemon', 'port', store, file)
        const port = path.startsWith(own) ? null : readPort(path)
        if (port !== null) found.add(port)
      }
    }
    return found
  }

  /** Remember where it is to be found. */
  async keepPorts({ rep, pub }: { readonly rep: number; readonly pub: number }): Promise<void> {
    await replaceFile(`${this.#portFile}.req`, `${rep}\n`, { mode: 0o644, sync: false })
    await replaceFile(`${this.#portFile}.pub`, `${pub}\n`, { mode: 0o644, sync: false })
  }

  /** Let another instance be. */
  release(): void {
    this.#lock.release()
  }

  get #portFile(): string {
    return join(this.#home, 'daemon', 'port', this.#store, this.uuid)
  }
}

function inUse(store: string, alias: string, path: string): DeadbeatError {
  const pid = /^\d+(?=\n$)/.exec(readOr('', path))?.[0]
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return new DeadbeatError(
    'ERR_IN_USE',
    `the daemon ${alias} of ${store} runs already: ${who} has the lock ${path}; stop it, or give this one an alias or an MKTL_HOME of its own`,
  )
}

/** As mKTL has it: the text alone, without an end of the line. */
async function keptUuid(path: string): Promise<string> {
  const kept = readOr('', path).trim().toLowerCase()
  if (UUID.test(kept)) return kept
  if (kept !== '')
    throw new DeadbeatError(
      'ERR_INSTANCE',
      `${path} must hold a UUID: it holds ${describeValue(kept)}; remove it, and the daemon gets a new one`,
    )
  const made = randomUUID()
  await replaceFile(path, made, { mode: 0o644 })
  return made
}

/** What is no port, or another user's, is as if none was kept: the daemon gets another one. */
function readPort(path: string): number | null {
  const [, digits] = /^(\d{1,5})\s*$/.exec(readOr('', path, ['ENOENT', 'EISDIR', 'EACCES'])) ?? []
  const port = Number(digits ?? 0)
  return port > 0 && port < 65_536 ? port : null
}

function readOr(missing: string, path: string, codes: readonly string[] = ['ENOENT']): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codes.includes(codeOf(error))) return missing
    throw error
  }
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}
