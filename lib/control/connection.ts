/** One client of the control socket: its requests, and its watches. */
import type { Socket } from 'node:net'
import { codeOf, toError } from '../errors/index.js'
import type { Item, Store } from '../items/index.js'
import { Guard, type ControlRights } from './guard.js'
import { LineReader } from './line-reader.js'
import { peerOf } from './peer.js'
import { plainJson } from './plain-json.js'
import { LINE_MAX, requestOf, type Answer, type Op, type Request } from './protocol.js'

/** What a client may ask for besides items. */
export interface Commands {
  /** Read the configuration again and change what changed; answers what was done. */
  reload(): Promise<unknown>
  /** Stop in order. */
  stop(): void
}

/** How much may wait to be read by a client until updates are left out. */
const BACKLOG_BYTES_MAX = 1_048_576
const WATCHES_MAX = 100
const MAY_TAKE_LONG: ReadonlySet<Op> = new Set(['set', 'call', 'reload'])

/** One connection. */
export class Connection {
  readonly #socket: Socket
  readonly #store: Store
  readonly #commands: Commands
  readonly #guard: Guard
  readonly #watches = new Map<number, () => void>()
  /** What was asked and waits for its turn. */
  readonly #lines: string[] = []
  /** Aborts when nobody waits for answers any more. */
  readonly #gone = new AbortController()
  #isWorking = false
  #missed = 0

  constructor(socket: Socket, store: Store, options: Commands & ControlRights) {
    this.#socket = socket
    this.#store = store
    this.#commands = options
    this.#guard = new Guard(store, peerOf(socket), options)
    const reader = new LineReader(LINE_MAX)
    socket.on('data', (piece: Buffer) => {
      try {
        this.#lines.push(...reader.take(piece))
        void this.#work()
      } catch (error) {
        this.#fail(null, error)
        socket.end()
      }
    })
    socket.on('error', () => socket.destroy()) // Whoever asked has gone.
    socket.on('close', () => this.#end())
    socket.on('drain', () => void this.#work())
    socket.unref() // A client keeps no train alive.
  }

  /** Say goodbye. */
  close(): void {
    this.#end()
    this.#socket.end()
  }

  #end(): void {
    this.#gone.abort()
    for (const stop of this.#watches.values()) stop()
    this.#watches.clear()
    this.#lines.length = 0
  }

  /** One after the other, and none while the client doesn't read the answers: they would cost memory without end. */
  async #work(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    while (this.#lines.length > 0 && this.#socket.writableLength <= BACKLOG_BYTES_MAX)
      await this.#hear(this.#lines.shift() as string)
    this.#isWorking = false
    if (this.#lines.length > 0) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Resolves once it is answered, or it takes longer: others needn't wait for it. */
  async #hear(line: string): Promise<void> {
    let request: Request
    try {
      request = requestOf(line)
    } catch (error) {
      this.#fail(null, error)
      return
    }
    const { id, op } = request
    const answered = Promise.resolve()
      .then(() => this.#answer(request))
      .then(
        (value) => value !== undefined && this.#say({ id, value }),
        (error: unknown) => this.#fail(id, error),
      )
    if (!MAY_TAKE_LONG.has(op)) await answered
  }

  /** What is answered; undefined: something else than one value. */
  async #answer(request: Request): Promise<unknown> {
    const { op, pattern = '', key = '', value } = request
    switch (op) {
      case 'ping':
        return { store: this.#store.name, pid: process.pid }
      case 'describe':
        return this.#guard.find(pattern).map((item) => item.describe())
      case 'methods':
        return this.#guard.methods()
      case 'get':
        return Object.fromEntries(this.#readable(pattern).map((item) => [item.key, item.shown]))
      case 'set': {
        const item = this.#store.item(key)
        await this.#guard.set(item, value)
        return item.shown
      }
      case 'watch':
        this.#watch(request.id, pattern)
        return undefined
      case 'cancel':
        this.#cancel(request.watch as number)
        return null
      case 'call':
        return await this.#call(request.method ?? '', request.named ?? {})
      case 'reload':
        return await this.#guard.call('reload', {}, () => this.#commands.reload())
      case 'stop':
        await this.#guard.call('stop', {}, () => {
          this.#commands.stop()
        })
        return null
    }
  }

  /** The items that fit a pattern and may be read. */
  #readable(pattern: string): Item[] {
    return this.#guard.find(pattern).filter((item) => item.isGettable)
  }

  #watch(id: number, pattern: string): void {
    if (this.#watches.has(id)) throw new TypeError(`there is a watch ${id} already: give each request an id of its own`)
    if (this.#watches.size >= WATCHES_MAX) throw new RangeError(`a client may have at most ${WATCHES_MAX} watches`)
    if (this.#store.find(pattern).length === 0) this.#store.item(pattern) // Throws, and says so.
    this.#guard.requireSome(pattern)
    for (const item of this.#readable(pattern)) {
      if (item.options.isStream !== true)
        this.#say({ id, key: item.key, value: item.shown, timeMs: this.#store.wall() })
    }
    const tell = (key: string, value: unknown, timeMs: number): void => {
      if (this.#store.item(key).isGettable && this.#guard.mayRead(key)) this.#update({ id, key, value, timeMs })
    }
    this.#watches.set(id, this.#store.watch(pattern, tell))
  }

  #cancel(id: number): void {
    this.#watches.get(id)?.()
    if (this.#watches.delete(id)) this.#say({ id, done: true })
  }

  async #call(name: string, named: Readonly<Record<string, unknown>>): Promise<unknown> {
    const method = this.#store.method(name)
    const { principal } = this.#guard
    const act = () => method.call([], named, { signal: this.#gone.signal, principal })
    return (await this.#guard.call(name, named, act)) ?? null
  }

  /** A client that doesn't read costs no memory without end: it misses updates, and is told how many. */
  #update(update: Answer): void {
    if (this.#socket.writableLength > BACKLOG_BYTES_MAX) {
      this.#missed++
      return
    }
    this.#say(this.#missed === 0 ? update : { ...update, missed: this.#missed })
    this.#missed = 0
  }

  #fail(id: number | null, thrown: unknown): void {
    const { name, message } = toError(thrown)
    this.#say({ id, error: { name, code: codeOf(thrown) || 'ERR_REQUEST', message } })
  }

  #say(answer: Answer): void {
    if (this.#socket.writable) this.#socket.write(`${plainJson(answer)}\n`)
  }
}
