/** Who gets through to one listening socket: what it has to be told of keys, and whom it let in. */
import type { Principal } from '../../rights/index.js'
import type { ServerCurve } from './proof.js'
import { addGate, type Asked, type Gatekeeper, type Verdict } from './zap.js'

/** How long somebody who has connected may take to say who it is. */
const HANDSHAKE_MS = 5_000
const MINUTE_MS = 60_000
const LOOK_MS = 1_000
/** So many strangers are told of in a minute; more are counted. */
const TOLD_MAX = 20

/** The part of a log that a gate needs. */
export interface GateLog {
  warn(fields: object, message: string): void
}

/** What a gate is for. */
export interface GateOptions {
  /** What is behind it, for the log: `requests to heater`. */
  readonly name: string
  readonly log?: GateLog | undefined
  /** The time, in ms. */
  readonly now: () => number
  /** Whether a listed client may come in here, where it is not asked again: everybody if it isn't given. */
  readonly admits?: ((principal: Principal) => boolean) | undefined
}

/** The gate of one listening socket. It is opened before the socket binds, and closed after it. */
export class Gate implements Gatekeeper {
  /**
   * What the socket is made with. A server under CURVE whose ZAP handler is away lets everybody in, unless it enforces its
   * domain: then nobody (measured, docs/design/0021-rights.md).
   */
  readonly socketOptions: {
    readonly curveServer: true
    readonly curveSecretKey: string
    readonly zapDomain: string
    readonly zapEnforceDomain: true
    readonly handshakeInterval: number
  }
  private readonly curve: ServerCurve
  private readonly options: GateOptions
  private readonly admitted = new Set<string>()
  private lookedMs = -Infinity
  private faults = ''
  /** Strangers that were told of, and when. */
  private readonly told = new Map<string, number>()
  private untold = 0
  private leave: (() => void) | null = null

  constructor(curve: ServerCurve, options: GateOptions) {
    this.curve = curve
    this.options = options
    this.socketOptions = {
      curveServer: true,
      curveSecretKey: curve.keys.secretKey,
      zapDomain: domainOf(options.name),
      zapEnforceDomain: true,
      handshakeInterval: HANDSHAKE_MS,
    }
  }

  /** @throws {WireError} ERR_WIRE_IN_USE if somebody else in this process answers ZeroMQ's questions about keys. */
  async open(): Promise<void> {
    this.leave = await addGate(this.socketOptions.zapDomain, this)
  }

  close(): void {
    this.leave?.()
    this.leave = null
  }

  /** Whether to let a client in; asked by the handler of ZAP. */
  judge({ publicKey, address }: Asked): Verdict {
    this.tellFaults()
    const name = this.curve.nameOf(publicKey)
    if (name !== null && this.options.admits?.({ kind: 'key', id: publicKey, name }) !== false) {
      this.admitted.add(publicKey)
      return { isIn: true, user: name }
    }
    const why = name === null ? 'a key that is not listed' : `the key ${name}, which may not subscribe`
    this.tellStranger(publicKey, address, `refused ${why}`)
    return { isIn: false }
  }

  /** Whose keys were let in. */
  names(): string[] {
    return [...this.admitted].map((publicKey) => this.curve.nameOf(publicKey) ?? publicKey)
  }

  /**
   * Whether somebody who was let in would not be let in any more. ZeroMQ closes no single connection: who owns the socket closes it
   * and opens another. It is looked at once a second at most.
   */
  hasRevoked(): boolean {
    const now = this.options.now()
    if (this.admitted.size === 0 || now - this.lookedMs < LOOK_MS) return false
    this.lookedMs = now
    for (const publicKey of this.admitted) {
      const name = this.curve.nameOf(publicKey)
      if (name === null || this.options.admits?.({ kind: 'key', id: publicKey, name }) === false) {
        this.admitted.clear()
        return true
      }
    }
    return false
  }

  private tellFaults(): void {
    const faults = this.curve.faults?.().join('; ') ?? ''
    if (faults === this.faults) return
    this.faults = faults
    if (faults !== '') this.options.log?.warn({ faults }, 'keys of clients that can not be used are left out')
  }

  /** Once for each key and minute. Keys cost nothing to make, so that there is a limit for all of them, too. */
  private tellStranger(publicKey: string, address: string, message: string): void {
    const now = this.options.now()
    for (const [key, atMs] of this.told) {
      if (now - atMs < MINUTE_MS) break // The oldest stand first.
      this.told.delete(key)
    }
    if (this.told.has(publicKey) || this.told.size >= TOLD_MAX) {
      this.untold++
      return
    }
    this.told.set(publicKey, now)
    const more = this.untold === 0 ? {} : { untold: this.untold }
    this.untold = 0
    this.options.log?.warn({ key: publicKey, from: address, at: this.options.name, ...more }, message)
  }
}

let count = 0

/** Domains are asked for by name: no two gates of this process have the same. */
function domainOf(name: string): string {
  count++
  return `${name.slice(0, 100)} #${count}`
}
