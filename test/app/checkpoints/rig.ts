// A database in memory on a manual clock, and runs that want its records.
import { kvBaseConfig } from '../../../lib/app/checkpoints/base-config.js'
import { Ownership } from '../../../lib/kv/lease/ownership.js'
import { KvRecord } from '../../../lib/app/checkpoints/kv-record.js'
import { gather } from '../../../lib/conf/index.js'
import type { Engine } from '../../../lib/kv/engine/engine.js'
import { LeaseKeeper } from '../../../lib/kv/lease/lease-keeper.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { keyOf } from '../../../lib/kv/path.js'
import { ManualClock, type Logger } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

/** What an operator has who says nothing of the database. */
export const { kv: KV } = gather({ kv: kvBaseConfig }, { argv: [], env: {} })

export const PATH = '/deadbeat/checkpoints/a'

export function startStore() {
  const clock = new ManualClock()
  const engine = new MemoryEngine({ clock, opsMax: 128, revisionsMax: 1000 })
  const log: string[] = []
  const note = (...args: unknown[]): void => void log.push(String(args.at(-1)))
  const logger: Logger = {
    ...{ trace: note, debug: note, info: note, warn: note, error: note, fatal: note },
    child: () => logger,
  }
  /** A run, by a link of its own. */
  const run = (link: Engine = engine) => {
    const leases = new LeaseKeeper(link, clock)
    const name = `memory:${PATH}`
    const about = { path: PATH, name, rival: 'another run of the same train', ttlMs: 10_000 }
    const ownership = new Ownership({ engine: link, leases, clock, log: logger, ...about })
    return { ownership, leases, record: new KvRecord({ engine: link, ownership, path: PATH, name }) }
  }
  const get = async (path: string): Promise<string | null> => {
    const { results } = await engine.range([{ key: keyOf(path) }])
    const kv = results[0]?.kvs[0]
    return kv === undefined ? null : Buffer.from(kv.value).toString()
  }
  const put = (path: string, value: string): Promise<unknown> =>
    engine.commit([], [{ op: 'put', key: keyOf(path), value: Buffer.from(value), lease: 0n }])
  /** Let time pass, and everything happen that comes of it. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left))
      await turnOfNode()
    }
  }
  return { clock, engine, log, logger, run, get, put, pass }
}

/** The same as another run on another machine would have written it. */
export async function becomeForeign({ get, put }: Pick<ReturnType<typeof startStore>, 'get' | 'put'>): Promise<void> {
  const owner = JSON.parse((await get(`${PATH}/owner`)) ?? '') as object
  await put(`${PATH}/owner`, JSON.stringify({ ...owner, host: 'elsewhere', bootId: 'another' }))
}

/** A link that can be broken. */
export function faultyLink(engine: Engine) {
  const faults = { isDown: false, forgets: 0 }
  const link = new Proxy(engine, {
    get(target, name: keyof Engine) {
      const value: unknown = target[name]
      if (typeof value !== 'function') return value
      return async (...args: unknown[]): Promise<unknown> => {
        if (faults.isDown) throw new Error('the link is down')
        const answer: unknown = await (value as (...all: unknown[]) => unknown).apply(target, args)
        if (name === 'commit' && faults.forgets > 0) {
          faults.forgets--
          throw new Error('the link broke before the answer came')
        }
        return answer
      }
    },
  })
  return { link, faults }
}

/** A store of which each user may let go without ending it for the others. */
export function shared(engine: Engine): Engine {
  return new Proxy(engine, {
    get(target, name: keyof Engine) {
      const value: unknown = target[name]
      if (name === 'close') return () => Promise.resolve()
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
