// A daemon on real sockets with a few values, whose times and failures a test decides on.
import { DeadbeatError } from '../../../lib/errors/index.js'
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { Escapement } from '../../../lib/movement/index.js'
import { PublishServer, RequestServer, type Answer, type Payload, type ServerRequest } from '../../../lib/wire/index.js'
import { blockAt } from '../discovery/blocks.js'
import { closing } from '../discovery/fake-daemon.js'

/** Where it is to listen, and what it is. */
export interface LampOptions {
  readonly ports?: { readonly rep: number; readonly pub: number }
  readonly about?: Partial<KnownBlock>
}

/** What a publisher knows of where its targets are. */
interface PublisherInside {
  readonly topics: Map<string, { seq: number }>
  readonly beats: { note(target: string, seq: number): void }
}

/** A store with the items `level` (a number) and `mode`. */
export class LampServer {
  readonly values = new Map<string, Payload>([
    ['level', { value: 3, time: 100 }],
    ['mode', { value: 'on', time: 100 }],
  ])
  /** `TYPE key`, with ` refresh`, of each request. */
  readonly asked: string[] = []
  /** What nobody may read. */
  readonly forbidden = new Set<string>()
  /** Whoever is asked for a key waits for this. */
  readonly delays = new Map<string, Promise<void>>()
  block: KnownBlock
  readonly #requests: RequestServer
  readonly #publications: PublishServer
  readonly #waiting = new Set<() => void>()
  readonly #subscribed = new Set<string>()
  #closed: Promise<void> | null = null

  static async start(options: LampOptions = {}): Promise<LampServer> {
    const lamp = closing(new LampServer(options))
    await lamp.#publications.start()
    await lamp.#requests.start()
    const { rep, pub } = lamp.ports
    const provenance = [{ stratum: 0, hostname: '127.0.0.1', rep, pub }]
    const items = { level: { type: 'numeric', range: [0, 10] }, mode: { type: 'string' } }
    lamp.block = blockAt(rep, { items, provenance, ...options.about })
    return lamp
  }

  private constructor({ ports = { rep: 0, pub: 0 } }: LampOptions) {
    const esc = Escapement.instance
    this.block = blockAt(1)
    this.#requests = new RequestServer({ esc, port: ports.rep, stopMs: 0, handle: (request) => this.#handle(request) })
    this.#publications = new PublishServer({
      ...{ esc, port: ports.pub, beatMs: 50 },
      onSubscription: (topic, isOn) => {
        if (isOn) this.#subscribed.add(topic)
        else this.#subscribed.delete(topic)
        this.#wake()
      },
    })
  }

  get ports() {
    return { rep: this.#requests.port, pub: this.#publications.port }
  }

  /** Set a value and publish it. */
  publish(key: string, value: unknown, time = 200, about: Payload = {}): void {
    this.values.set(key, { value, time, ...about })
    this.#publications.publish(`${this.block.store}.${key}`, { value, time, ...about })
  }

  /** Set a value and publish it to nobody, as if all were too slow. It must have been published before. */
  lose(key: string, value: unknown): void {
    const target = `${this.block.store}.${key}`
    const { topics, beats } = this.#publications as unknown as PublisherInside
    this.values.set(key, { value, time: 200 })
    beats.note(target, (topics.get(target)!.seq += 1))
  }

  /** Wait until somebody has subscribed to a key. */
  subscribed(key: string): Promise<void> {
    return this.until(() => this.#subscribed.has(`${this.block.store}.${key}`))
  }

  /** Wait until something holds, which is asked at each request and subscription. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#publications.close()
    await this.#requests.close()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  async #handle({ type, target, payload, value }: ServerRequest): Promise<Answer> {
    const { store, uuid, hash, alias } = this.block
    const key = target.slice(store.length + 1)
    this.asked.push(`${type} ${key}${payload?.['refresh'] === true ? ' refresh' : ''}`)
    this.#wake()
    await this.delays.get(key)
    if (this.forbidden.has(key)) throw new DeadbeatError('ERR_FORBIDDEN', `key anna may not read ${target}`)
    if (target === '_hash' || key === '_hash') return { value: { [store]: { [uuid]: hash } } }
    if (key === '_catalog') return { value: { [uuid]: this.block } }
    if (key === `_${alias}cat`) return { value: this.block, time: 1 }
    if (type === 'CALL') return this.#call(key, payload ?? {})
    const known = this.values.get(key)
    if (known === undefined) throw new DeadbeatError('ERR_NO_ITEM', `${store} has no item ${key}`)
    if (type === 'GET') return payload?.['refresh'] === true ? { ...known, value: known['value'] ?? 'looked' } : known
    if (value === 'refused') throw new RangeError('level must be a number')
    const accepted = typeof value === 'number' ? Math.min(value, 10) : value
    this.publish(key, accepted)
    return accepted === value ? { value: true } : { value: true, accepted }
  }

  #call(method: string, { args, named }: Payload): Answer {
    if (method === 'count') return counted()
    if (method === 'echo') return { value: { args, named } }
    throw new DeadbeatError('ERR_NO_METHOD', `there is no method ${method}`)
  }
}

async function* counted(): AsyncGenerator<Payload, Payload> {
  for (let i = 1; i <= 3; i++) yield await Promise.resolve({ value: i })
  return { value: null }
}
