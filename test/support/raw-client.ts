/** A client of mKTL that knows nothing but frames: what it sends and gets is what is on the wire. */
import { afterAll } from '@jest/globals'
import { Dealer, Subscriber } from 'zeromq'

/** An answer: its frames as text, but for the bytes behind them. */
export interface RawReply {
  readonly frames: readonly string[]
  readonly id: string
  readonly type: string
  readonly target: string
  readonly payload: { readonly [field: string]: unknown }
  readonly bulk: Buffer | null
}

const sockets: { close(): void }[] = []
afterAll(() => sockets.splice(0).forEach((socket) => socket.close()))

/** One connection for requests. */
export class RawClient {
  readonly #socket = new Dealer({ linger: 0 })
  #last = 0

  /** @param port The one for requests of a daemon on this machine. */
  constructor(port: number) {
    sockets.push(this.#socket)
    this.#socket.connect(`tcp://127.0.0.1:${port}`)
  }

  /** Send frames as they are. */
  async send(...frames: readonly (string | Uint8Array)[]): Promise<void> {
    await this.#socket.send(frames.map((frame) => Buffer.from(frame)))
  }

  /** The next message that comes, whatever it is. */
  async next(): Promise<RawReply> {
    const frames = await this.#socket.receive()
    const [, id = '', type = '', target = '', , payload = ''] = frames.map(String)
    return {
      frames: frames.slice(0, 6).map(String),
      ...{ id, type, target },
      payload: payload === '' ? {} : (JSON.parse(payload) as RawReply['payload']),
      bulk: frames[6] ?? null,
    }
  }

  /** Ask and wait for the REP; the ACK must come before. */
  async ask(
    type: string,
    target: string,
    payload: object | string | null = null,
    bulk?: Uint8Array,
  ): Promise<RawReply> {
    const id = (this.#last++).toString(16).padStart(8, '0')
    const text = typeof payload === 'string' ? payload : payload === null ? '' : JSON.stringify(payload)
    await this.send('a', id, type, target, '', text, ...(bulk === undefined ? [] : [bulk]))
    const ack = await this.next()
    if (ack.id !== id || ack.type !== 'ACK') throw new Error(`an ACK of ${id} was to come: ${JSON.stringify(ack)}`)
    const reply = await this.next()
    if (reply.id !== id || reply.type !== 'REP') throw new Error(`a REP of ${id} was to come: ${JSON.stringify(reply)}`)
    return reply
  }
}

/** A publication: its frames as text, but for the bytes behind them. */
export interface RawPublication {
  readonly topic: string
  readonly version: string
  readonly payload: object
  readonly bulk: Buffer | null
}

/** One connection for publications. */
export class RawSubscriber {
  readonly #socket = new Subscriber({ linger: 0 })

  /** @param port The one for publications of a daemon on this machine. */
  constructor(port: number, ...topics: readonly string[]) {
    sockets.push(this.#socket)
    this.#socket.connect(`tcp://127.0.0.1:${port}`)
    this.#socket.subscribe(...topics)
  }

  /** The first one of all that `publish` makes: nobody says when the subscription has reached the daemon. */
  async first(publish: () => unknown): Promise<RawPublication> {
    const heard: RawPublication[] = []
    const first = this.next().then((publication) => heard.push(publication))
    while (heard.length === 0) {
      await publish()
      await new Promise(setImmediate)
    }
    await first
    return heard[0] as RawPublication
  }

  /** The next one. */
  async next(): Promise<RawPublication> {
    const [topic, version, payload, bulk = null] = await this.#socket.receive()
    return { topic: String(topic), version: String(version), payload: JSON.parse(String(payload)) as object, bulk }
  }
}
