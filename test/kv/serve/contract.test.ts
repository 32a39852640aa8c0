import { Backend } from '../../../lib/kv/backend/backend.js'
import { EtcdEngine } from '../../../lib/kv/etcd/etcd-engine.js'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import type { Engine } from '../../../lib/kv/engine/engine.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { KvServer } from '../../../lib/kv/serve/kv-server.js'
import { ManualClock, SystemClock, type Clock } from '../../../lib/movement/loop/clock.js'
import { checkBackend } from '../../../lib/testing/check-backend.js'
import { temporaryForServer } from '../../support/temporary.js'
import { checkEngine } from '../engine-contract.js'

type Open = (clock: Clock, revisionsMax: number) => Engine

const stores: [string, Open][] = [
  ['memory', (clock, revisionsMax) => new MemoryEngine({ clock, opsMax: 128, revisionsMax })],
  [
    'a file',
    (clock, revisionsMax) =>
      new EmbeddedEngine({ file: `${temporaryForServer()}/kv`, clock, revisionsMax, pollMs: 50, busyMs: 5000 }),
  ],
]

/** Our client of a server of a store; its end is theirs, too. */
async function served(store: Engine): Promise<Engine> {
  const server = await KvServer.start(store, { port: 0 })
  const engine = new EtcdEngine({ port: Number(server.address.split(':').at(-1)) })
  const close = engine.close.bind(engine)
  engine.close = async () => {
    await close()
    await server.close()
    await store.close()
  }
  return engine
}

describe.each(stores)('%s, served to our client of etcd', (_name, open) => {
  checkEngine(async ({ revisionsMax }) => {
    const clock = new ManualClock()
    return { clock, engine: await served(open(clock, revisionsMax)) }
  })

  test('keeps every promise of a database', async () => {
    expect(await checkBackend(async () => new Backend(await served(open(new SystemClock(), 100_000))))).toBeGreaterThan(
      40,
    )
  })
})
