/**
 * The directory of keys:
 *
 *     secret/NAME.key_secret   our own pairs, for our user alone (0600 in 0700)
 *     public/NAME.key          their public halves, to be handed out
 *     clients/NAME.key         who may connect to our daemons
 *     servers/NAME.key         daemons that we know
 *
 * The files are ZeroMQ's certificates, which pyzmq reads and writes. What is changed while a daemon runs counts within a
 * second.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { codeOf, describeValue, toError } from '../../errors/index.js'
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import { formatCertificate, type Certificate } from './certificate.js'
import { CurveError } from './curve-error.js'
import { KeyPair, publicKeyObject } from './key-pair.js'
import { NamedKeys, fileNamesIn, readCertificate } from './named-keys.js'
import type { ClientCurve, ServerCurve } from './proof.js'

/** Shorter than a key, so that rules of rights can tell them apart. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,38}$/

/** Under this name lies the key of the registries, where these ask for encryption. */
export const REGISTRY = 'registry'

/** Whose public keys lie there. */
export type KeyKind = 'public' | 'clients' | 'servers'

/** Where keys are kept, as they are read. */
export interface KeyDirectoryOptions {
  readonly clock?: Clock
}

/**
 * Keys in files.
 *
 * @example
 * const { mkdtempSync } = await import('node:fs')
 * const here = new KeyDirectory(mkdtempSync('/tmp/deadbeat-example-'))
 * const keys = here.make('heater')
 * here.add('clients', 'anna', KeyPair.make().publicKey)
 * assert.equal(here.own('heater').publicKey, keys.publicKey)
 * assert.deepEqual([...here.list('clients').names.values()], ['anna'])
 */
export class KeyDirectory {
  readonly path: string
  private readonly clock: Clock
  private readonly kinds = new Map<KeyKind, NamedKeys>()

  constructor(path: string, { clock = new SystemClock() }: KeyDirectoryOptions = {}) {
    this.path = path
    this.clock = clock
  }

  /**
   * Make a pair of our own.
   *
   * @throws {CurveError} If there is one of that name: who replaces a key takes the old one away first.
   */
  make(name: string): KeyPair {
    requireName(name)
    const keys = KeyPair.make()
    const { publicKey, secretKey } = keys
    this.write(join('secret', `${name}.key_secret`), { name, publicKey, secretKey })
    this.write(join('public', `${name}.key`), { name, publicKey, secretKey: null })
    return keys
  }

  /**
   * A pair of our own.
   *
   * @throws {CurveError} If there is none, it can't be read, or others than its user may read it.
   */
  own(name: string): KeyPair {
    requireName(name)
    const file = join(this.path, 'secret', `${name}.key_secret`)
    const { mode } = this.lookAt(file, name)
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      throw new CurveError(`${file} must be for its user alone: its mode is ${octal}; chmod 600 it, or make a new key`)
    }
    try {
      const { secretKey, publicKey } = readCertificate(file)
      const keys = new KeyPair(secretKey ?? '')
      if (keys.publicKey === publicKey) return keys
    } catch (cause) {
      throw new CurveError(`${file} can't be used: ${toError(cause).message}`, { cause })
    }
    throw new CurveError(`${file} can't be used: its two keys are no pair`)
  }

  /** The names of our own pairs. */
  ownNames(): string[] {
    return fileNamesIn(join(this.path, 'secret'), '.key_secret').map((file) => file.slice(0, -'.key_secret'.length))
  }

  /**
   * Put somebody's public key there, in the place of an earlier one of that name.
   *
   * @throws {CurveError} If the name or the key is none.
   */
  add(kind: 'clients' | 'servers', name: string, publicKey: string): void {
    requireName(name)
    try {
      publicKeyObject(publicKey)
    } catch (cause) {
      throw new CurveError(toError(cause).message, { cause })
    }
    this.write(join(kind, `${name}.key`), { name, publicKey, secretKey: null })
  }

  /** Take a name away; false if it isn't there. Connections that are open: docs/security.md. */
  remove(kind: 'clients' | 'servers', name: string): boolean {
    requireName(name)
    try {
      rmSync(join(this.path, kind, `${name}.key`))
      return true
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    }
  }

  /** The public keys there, with their names, and what can't be read. */
  list(kind: KeyKind): NamedKeys {
    let keys = this.kinds.get(kind)
    if (keys === undefined) {
      keys = new NamedKeys(join(this.path, kind), this.clock)
      this.kinds.set(kind, keys)
    }
    return keys.refresh()
  }

  /**
   * What a daemon's sockets need: our pair of that name, and the clients.
   *
   * @throws {CurveError} As `own` does, and if a client's file can't be read: at the start somebody is there to mend it.
   */
  server(name: string): ServerCurve {
    const keys = this.own(name)
    const { faults } = this.list('clients')
    if (faults.length > 0) throw new CurveError(faults.join('\n  '))
    const clients = (): NamedKeys => this.list('clients')
    return {
      keys,
      nameOf: (publicKey) => clients().names.get(publicKey) ?? null,
      faults: () => clients().faults,
    }
  }

  /**
   * What a client needs: our pair of that name, and a server's key.
   *
   * @throws {CurveError} As `own` does, and if the server isn't known.
   */
  client(name: string, server: string): ClientCurve {
    const keys = this.own(name)
    const { names } = this.list('servers')
    for (const [serverKey, known] of names) if (known === server) return { keys, serverKey }
    const known = names.size === 0 ? 'none' : [...names.values()].join(', ')
    const advice = `deadbeat keys know ${server} PUBLIC-KEY --dir ${this.path}`
    throw new CurveError(
      `the key of the server ${describeValue(server)} must be in ${this.path}/servers, which has ${known}: ${advice}`,
    )
  }

  /**
   * The key of a server that is known here; null if it isn't.
   *
   * @throws {CurveError} If its file can't be used: a key that was to be known is not passed over.
   */
  serverKey(name: string): string | null {
    if (!NAME.test(name)) return null
    const file = join(this.path, 'servers', `${name}.key`)
    if (!existsSync(file)) return null
    try {
      const { publicKey } = readCertificate(file)
      publicKeyObject(publicKey)
      return publicKey
    } catch (cause) {
      throw new CurveError(`${file} can't be used: ${toError(cause).message}`, { cause })
    }
  }

  private lookAt(file: string, name: string): Stats {
    try {
      return statSync(file)
    } catch (cause) {
      if (codeOf(cause) !== 'ENOENT') throw new CurveError(toError(cause).message, { cause })
      throw new CurveError(`there is no key ${file}: make one with deadbeat keys new ${name} --dir ${this.path}`, {
        cause,
      })
    }
  }

  private write(file: string, certificate: Certificate): void {
    const path = join(this.path, file)
    const isSecret = certificate.secretKey !== null
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      if (isSecret) chmodSync(dirname(path), 0o700) // Whoever made it.
      // A public key is replaced, and a link in its place isn't followed. A secret one would be lost.
      if (!isSecret) rmSync(path, { force: true })
      writeFileSync(path, formatCertificate(certificate), { flag: 'wx', mode: isSecret ? 0o600 : 0o644 })
    } catch (cause) {
      const why = codeOf(cause) === 'EEXIST' ? 'it is there already; take it away first' : toError(cause).message
      throw new CurveError(`cannot write the key ${path}: ${why}`, { cause })
    }
  }
}

/**
 * Where keys lie if nobody says otherwise: `$DEADBEAT_KEYS`, `/etc/deadbeat/keys` for root, else
 * `$XDG_CONFIG_HOME/deadbeat/keys` or the same under `~/.config`.
 *
 * @example
 * assert.equal(defaultKeyDirectory({ XDG_CONFIG_HOME: '/c' }, false), '/c/deadbeat/keys')
 */
export function defaultKeyDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
  isRoot: boolean = process.getuid?.() === 0,
): string {
  const given = env['DEADBEAT_KEYS'] ?? ''
  if (given !== '') return given
  if (isRoot) return '/etc/deadbeat/keys'
  const base = env['XDG_CONFIG_HOME'] ?? ''
  return join(base.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.config'), 'deadbeat', 'keys')
}

/** @throws {CurveError} If it can't be the name of a key. */
function requireName(name: string): void {
  if (NAME.test(name)) return
  throw new CurveError(
    `the name of a key must be 1 to 39 lower case letters, digits, dots, dashes and underscores, a letter or digit first: it is ${describeValue(name)}`,
  )
}
