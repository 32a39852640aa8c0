/** One command at work: its store, how it was asked to speak, and which part of the store it sees. */
import { existsSync, readFileSync } from 'node:fs'
import { escapeControls } from '../../errors/escape-controls.js'
import { codeOf, toError } from '../../errors/index.js'
import type { Backend } from '../../kv/backend/backend.js'
import type { Engine } from '../../kv/engine/engine.js'
import { fileOf, type OpenKvOptions } from '../../kv/open-kv.js'
import { checkPath, checkPrefix } from '../../kv/path.js'
import { defaultUrl } from './default-url.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import type { Surroundings } from './surroundings.js'

/** The options that every command of kv has. */
export interface CommonFlags {
  readonly url?: string
  readonly prefix?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly serverName?: string
  readonly user?: string
  readonly passwordFile?: string
  /** In ms. */
  readonly timeout?: number
  readonly json?: true
  readonly quiet?: true
}

/** What a command works with. The store is opened when it is first asked for. */
export class Session {
  readonly around: Surroundings
  readonly isJson: boolean
  readonly isQuiet: boolean
  /** What stands before every path in the store; empty for the whole of it. */
  readonly prefix: string
  readonly #flags: CommonFlags
  readonly #makesStore: boolean
  #backend: Backend | null = null

  /**
   * `makesStore`: whether a file that isn't there becomes a store.
   *
   * @throws {InvalidPathError} If the prefix can't be one.
   */
  constructor(around: Surroundings, flags: CommonFlags, makesStore: boolean) {
    this.around = around
    this.isJson = flags.json === true
    this.isQuiet = flags.quiet === true
    this.prefix = (flags.prefix ?? around.env['DEADBEAT_KV_PREFIX'] ?? '').replace(/\/$/, '')
    if (this.prefix !== '') checkPath(this.prefix, 'strict')
    this.#flags = flags
    this.#makesStore = makesStore
  }

  get backend(): Backend {
    return (this.#backend ??= this.#open())
  }

  get engine(): Engine {
    return this.backend.engine
  }

  /** The whole path of a key that is written: it has to be clean. */
  toWrite(path: string): string {
    checkPath(path, 'strict')
    return this.prefix + path
  }

  /** The whole path of a key that is read. */
  toRead(path: string): string {
    checkPath(path)
    return this.prefix + path
  }

  /** The whole path of a key and what lies below it; `/` is all, and so is nothing. A last slash doesn't matter. */
  toTree(path = '/'): string {
    checkPrefix(path)
    return this.prefix + (path.endsWith('/') ? path.slice(0, -1) : path)
  }

  /** A path as it was asked for, without the prefix. */
  shown(whole: string): string {
    return whole.slice(this.prefix.length)
  }

  /** Write a result: the sentence, unless it is to be quiet; or, with `--json`, the fields in one line. */
  tell(sentence: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.isJson) this.around.out(`${JSON.stringify(fields)}\n`)
    else if (!this.isQuiet) this.around.out(`${escapeControls(sentence)}\n`)
  }

  /** Say something beside the result, on stderr. */
  note(sentence: string): void {
    this.around.err(`${escapeControls(sentence)}\n`)
  }

  async close(): Promise<void> {
    await this.#backend?.close()
  }

  #open(): Backend {
    const url = this.#flags.url ?? (this.around.env['DEADBEAT_KV'] || defaultUrl(this.around.env))
    try {
      if (!this.#makesStore && url.startsWith('file:') && !existsSync(fileOf(url))) {
        const message = `there is no store ${fileOf(url)} yet: the first put makes it (--url names another)`
        throw new KvCommandError(message, KV_EXIT.notFound)
      }
      return this.around.open(url, this.#options())
    } catch (error) {
      // What was given is wrong, not the program.
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error
      throw new KvCommandError(error.message, KV_EXIT.usage, { cause: error })
    }
  }

  #options(): OpenKvOptions {
    const { ca, cert, key, serverName } = this.#flags
    const { env } = this.around
    const user = this.#flags.user ?? env['DEADBEAT_KV_USER']
    const tls = {
      ...pick('ca', ca ?? env['DEADBEAT_KV_CA']),
      ...pick('cert', cert ?? env['DEADBEAT_KV_CERT']),
      ...pick('key', key ?? env['DEADBEAT_KV_KEY']),
      ...pick('serverName', serverName),
    }
    return {
      ...(Object.keys(tls).length === 0 ? {} : { tls }),
      ...(user === undefined ? {} : { user, ...pick('password', this.#password()) }),
    }
  }

  /** Never an argument: those can be read by everybody on the machine. */
  #password(): string | undefined {
    const file = this.#flags.passwordFile
    if (file === undefined) return this.around.env['DEADBEAT_KV_PASSWORD']
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      const message = `--password-file ${file} cannot be read (${codeOf(error)}): ${toError(error).message}`
      throw new KvCommandError(message, KV_EXIT.notFound, { cause: error })
    }
  }
}

function pick<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: string })
}
