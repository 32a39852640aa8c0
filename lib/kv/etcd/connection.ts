/** A connection to a member: HTTP/2, tried by pings while there are calls. */
import { createRequire } from 'node:module'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2'
import { toError } from '../../errors/index.js'
import type { Disarm } from '../../movement/loop/clock.js'
import { Call, type CallListener } from './call.js'
import type { EtcdSettings } from './options.js'

/** Whom a connection tells. */
export interface ConnectionSink {
  /** The server has said what it is ready for. */
  ready(): void
  /** It takes no more calls, if it ever did; those that it has go on if they can. Told once, before any call is. */
  left(why: string): void
  /** All is over. */
  closed(): void
}

// What a server may send before it is told that it was taken: answers and events are taken at once.
const WINDOW_BYTES = 1024 * 1024

/** One connection, being made or made. It keeps the process alive while there are calls. */
export class Connection {
  /** Whether it was made. */
  isReady = false
  private readonly settings: EtcdSettings
  private readonly sink: ConnectionSink
  private readonly session: ClientHttp2Session
  private readonly waiting = new Set<Call>()
  private calls = 0
  private hasLeft = false
  private why = 'the connection was closed'
  private disarm: Disarm | null = null

  constructor(address: string, settings: EtcdSettings, sink: ConnectionSink) {
    this.settings = settings
    this.sink = sink
    const { connect } = createRequire(import.meta.url)('node:http2') as typeof import('node:http2')
    this.session = connect(settings.tls === null ? 'http://etcd' : 'https://etcd', {
      createConnection: () => socketTo(address, settings),
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
      // By default streams end when much is on its way; each answer has its own limit.
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
    })
    this.listen(this.session)
    const { clock, connectTimeoutMs } = settings
    this.disarm = clock.alarm(clock.now() + connectTimeoutMs, () => {
      this.close(`there was no connection within ${connectTimeoutMs} ms`)
    })
  }

  /** Make a call: now, or once it is ready. The listener is not told anything before this is back. */
  call(headers: OutgoingHttpHeaders, listener: CallListener): Call {
    const call = new Call(headers, this.settings.answerBytesMax, listener, () => {
      this.waiting.delete(call)
      this.release()
    })
    this.hold()
    if (this.isReady) call.begin(this.session)
    else this.waiting.add(call)
    return call
  }

  /** End it, and all calls on it. */
  close(why: string): void {
    this.why = why
    this.leave()
    this.session.destroy()
  }

  private hold(): void {
    this.calls += 1
    if (this.calls > 1 || !this.isReady) return
    this.session.ref()
    this.pingLater()
  }

  private release(): void {
    this.calls -= 1
    if (this.calls > 0) return
    if (!this.isReady) {
      this.close('nobody waits for it any more')
      return
    }
    this.session.unref()
    this.rest()
  }

  private listen(session: ClientHttp2Session): void {
    session.once('remoteSettings', () => {
      if (this.hasLeft) return
      session.setLocalWindowSize(WINDOW_BYTES)
      this.isReady = true
      this.rest()
      this.pingLater()
      this.sink.ready()
      for (const call of this.waiting) call.begin(session)
      this.waiting.clear()
    })
    session.on('goaway', (code) => {
      this.why = `the server ended the connection by HTTP/2's code ${code}`
      this.leave()
    })
    session.on('error', (error) => {
      this.why = reasonOf(error)
    })
    session.on('close', () => {
      this.rest()
      this.leave()
      this.sink.closed()
    })
  }

  private leave(): void {
    if (this.hasLeft) return
    this.hasLeft = true
    this.sink.left(this.why)
    for (const call of this.waiting) call.refuse(this.why)
  }

  private pingLater(): void {
    const { clock, pingMs } = this.settings
    this.disarm = clock.alarm(clock.now() + pingMs, () => {
      this.ping()
    })
  }

  private ping(): void {
    if (this.session.destroyed) return
    const { clock, pingTimeoutMs } = this.settings
    let isAnswered = false
    this.session.ping((error) => {
      if (error !== null) return
      isAnswered = true
      this.rest()
      if (this.calls > 0) this.pingLater()
    })
    this.disarm = clock.alarm(clock.now() + pingTimeoutMs, () => {
      // A process that stood still finds the answer that came meanwhile.
      clock.soon(() => {
        if (!isAnswered) this.close(`a ping was not answered within ${pingTimeoutMs} ms`)
      })
    })
  }

  private rest(): void {
    this.disarm?.()
    this.disarm = null
  }
}

/** Why there is no connection: one that was tried at several addresses has a reason for each. */
function reasonOf(error: unknown): string {
  const { message, errors } = toError(error) as Error & { errors?: readonly unknown[] }
  return message || (errors ?? []).map((one) => toError(one).message).join(', ')
}

function socketTo(address: string, { tls }: EtcdSettings): Socket {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[(.*)\]$/, '$1')
  const port = Number(address.slice(at + 1))
  return tls === null ? connectPlain({ host, port }) : connectTls({ ...tls, host, port, ALPNProtocols: ['h2'] })
}
