import { join } from 'node:path'
import { DaemonAnnouncer, type AnnouncerOptions } from '../../../lib/items/discovery/announcer.js'
import { CacheFiles } from '../../../lib/items/discovery/cache-files.js'
import { KvNames } from '../../../lib/items/discovery/kv-names.js'
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { entryOf, thisProcess } from '../../../lib/items/discovery/name-entry.js'
import { RuntimeNames } from '../../../lib/items/discovery/runtime-names.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { Escapement, type Binding, type EventLoop } from '../../../lib/movement/index.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { Answerer } from '../../../lib/wire/discovery/answerer.js'
import { search } from '../../../lib/wire/discovery/search.js'
import { RequestServer, type Payload } from '../../../lib/wire/index.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'
import { closeAll, closing, deadPort } from './fake-daemon.js'

afterEach(closeAll)

function start(options: Partial<AnnouncerOptions> = {}) {
  const lines: string[] = []
  const tell = (_fields: object | string, message?: string): void => void lines.push(message ?? '')
  const log = { ...silentLogger, warn: tell, error: tell }
  const home = temporary()
  const runtimeDirectory = join(home, 'run')
  const announcer = new DaemonAnnouncer({
    ...{
      esc: Escapement.instance,
      log,
      home,
      runtimeDirectory,
      broadcast: 'off',
      daemonPort: null,
      ackMs: 500,
      waitMs: 60,
    },
    ...options,
  })
  closing({ close: () => announcer.withdraw() })
  return {
    ...{ announcer, lines },
    runtime: new RuntimeNames({ log, directory: runtimeDirectory }),
    cache: new CacheFiles({ home, log }),
  }
}

/** A registry that takes all, or refuses all. */
async function registry(refusal: string | null = null) {
  const told: unknown[] = []
  let wake: () => void = () => undefined
  const server = closing(
    new RequestServer({
      esc: Escapement.instance,
      stopMs: 0,
      handle: ({ type, target, value }): Payload => {
        told.push([type, target, value])
        wake()
        if (refusal !== null) throw new RangeError(refusal)
        return { value: true }
      },
    }),
  )
  await server.start()
  const answerer = closing(
    new Answerer({ esc: new ManualClock(), log: silentLogger, port: 0, requestPort: server.port }),
  )
  await answerer.start()
  const next = () => new Promise<void>((resolve) => (wake = resolve))
  // Its host is remembered, and is asked at that port then, too: at the usual one there may be somebody else's registry.
  return { told, next, options: { registries: ['127.0.0.1'], registryPort: answerer.port } }
}

const block = blockAt(4711)

test('a daemon has its name on this machine and in the database, and its block is kept, until it is withdrawn', async () => {
  const kv = closing(new MemoryBackend())
  const { announcer, runtime, cache } = start({ kv })
  await announcer.announce(() => block)
  const names = [runtime, new KvNames({ kv })]
  for (const each of names) {
    expect(await each.of('lamp')).toMatchObject([{ block: { ...block, items: {} }, process: { pid: process.pid } }])
  }
  expect(await cache.read('lamp')).toEqual([block])
  await announcer.withdraw()
  for (const each of names) expect(await each.of('lamp')).toEqual([])
  await announcer.withdraw()
})

test('what a daemon says anew is said everywhere', async () => {
  const kv = closing(new MemoryBackend())
  const { told, options } = await registry()
  const { announcer, runtime, cache } = start({ kv, ...options })
  let now: KnownBlock = block
  await announcer.announce(() => now)
  now = blockAt(4711, { hash: 5 })
  await announcer.announce(() => now)
  expect(await cache.read('lamp')).toEqual([now])
  for (const each of [runtime, new KvNames({ kv })])
    expect(await each.of('lamp')).toMatchObject([{ block: { hash: 5 } }])
  expect(told).toEqual([
    ['SET', '_catalog', block],
    ['SET', '_catalog', now],
  ])
})

test('calls are answered with the port of the daemon', async () => {
  const daemonPort = await deadPort()
  const { announcer } = start({ daemonPort })
  await announcer.announce(() => block)
  const esc = Escapement.instance
  for await (const found of search({ esc, port: daemonPort })) {
    expect(found.port).toBe(4711)
    break
  }
  expect.assertions(1)
})

test('a registry is told again and again', async () => {
  const { told, next, options } = await registry()
  const { esc, ring } = ringing(1000)
  const { announcer } = start({ ...options, esc, everyMs: 1000 })
  await announcer.announce(() => block)
  for (let times = 2; times <= 3; times++) {
    const again = next()
    ring()
    await again
    expect(told).toHaveLength(times)
  }
})

test('a registry that refuses the daemon at first stops it', async () => {
  const { options } = await registry('another daemon has its name')
  const { announcer } = start(options)
  await expect(announcer.announce(() => block)).rejects.toMatchObject({
    code: 'ERR_NAME_TAKEN',
    message: expect.stringMatching(/^the registry at 127.0.0.1:\d+ refuses the daemon: another daemon has its name$/),
  })
})

test('override is said to registries only', async () => {
  const { told, options } = await registry()
  const { announcer, cache } = start({ ...options, override: true })
  await announcer.announce(() => block)
  expect(told).toEqual([['SET', '_catalog', { ...block, override: true }]])
  expect(await cache.read('lamp')).toEqual([block])
})

test('a name that another daemon has in the database stops it', async () => {
  const kv = closing(new MemoryBackend())
  await new KvNames({ kv }).register(entryOf(blockAt(9), thisProcess(5)))
  const { announcer } = start({ kv })
  await expect(announcer.announce(() => block)).rejects.toThrow('the name lamp main belongs to another daemon')
})

test('what can not be reached is told, and does not stop it', async () => {
  const kv = new MemoryBackend()
  await kv.close()
  const dead = closing(
    new Answerer({ esc: new ManualClock(), log: silentLogger, port: 0, requestPort: await deadPort() }),
  )
  await dead.start()
  const { announcer, lines } = start({
    ...{ kv, registries: [`127.0.0.1:${dead.port}`], daemonPort: 1, host: '192.0.2.1', ackMs: 100 },
  })
  await announcer.announce(() => block)
  expect(lines).toEqual([
    expect.stringContaining("a registry that starts won't find this daemon"),
    expect.stringContaining('the name is not in /deadbeat/daemon'),
    expect.stringMatching(/the registry at 127.0.0.1:\d+ could not be told/),
  ])
})

test('a block that says of no place is a fault of whoever made it', async () => {
  const { announcer } = start()
  await expect(announcer.announce(() => ({ ...block, provenance: [] }))).rejects.toThrow('must say where its daemon is')
})

/** The event loop, but what is to run every `periodMs` runs when the test says so. */
function ringing(periodMs: number) {
  const real = Escapement.instance
  const rung: (() => void)[] = []
  const timer = { live: true }
  const esc = {
    now: () => real.now(),
    wall: () => real.wall(),
    enqueue: real.enqueue.bind(real),
    after: real.after.bind(real),
    cancel: (binding: Binding) => binding === timer || real.cancel(binding),
    every: (everyMs: number, run: () => void) => {
      expect(everyMs).toBe(periodMs)
      rung.push(run)
      return timer
    },
  } as unknown as EventLoop
  return { esc, ring: () => rung[0]?.() }
}
