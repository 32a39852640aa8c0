import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CacheFiles } from '../../../lib/items/discovery/cache-files.js'
import { Directory, type DirectoryOptions } from '../../../lib/items/discovery/directory.js'
import { KvNames } from '../../../lib/items/discovery/kv-names.js'
import { entryOf, thisProcess } from '../../../lib/items/discovery/name-entry.js'
import { RuntimeNames } from '../../../lib/items/discovery/runtime-names.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { Escapement } from '../../../lib/movement/index.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { Answerer } from '../../../lib/wire/discovery/answerer.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'
import { closeAll, closing, deadPort, fakeDaemon, type FakeDaemon } from './fake-daemon.js'

afterEach(closeAll)
const esc = Escapement.instance
const log = silentLogger

/**
 * Nobody is called unless a test says so: the real ports may have real daemons. No machine is too busy for what answers; where
 * somebody is dead a test says for how long he is waited for.
 */
function start(options: Partial<DirectoryOptions> = {}) {
  const home = temporary()
  const runtimeDirectory = join(home, 'run')
  const all = { esc, log, home, runtimeDirectory, broadcast: 'off', ackMs: 15_000, waitMs: 500, ...options } as const
  return {
    ...{ home, directory: new Directory(all) },
    cache: new CacheFiles({ home, log }),
    runtime: new RuntimeNames({ log, directory: runtimeDirectory }),
  }
}

/** Answers calls for somebody, at a port of its own. */
async function answererFor(requestPort: number): Promise<number> {
  const answerer = closing(new Answerer({ esc, log, port: 0, requestPort }))
  await answerer.start()
  return answerer.port
}

const at = ({ port }: FakeDaemon) => ({ host: '127.0.0.1', rep: port, pub: port + 1 })

test('an address is asked as it is, whatever its daemon says of where it is', async () => {
  const daemon = await fakeDaemon()
  daemon.block = { ...daemon.block, provenance: [{ stratum: 0, hostname: 'behind', rep: 5, pub: 77 }] }
  const { directory } = start()
  const found = await directory.locate(`lamp:localhost:${daemon.port}`)
  expect(found).toEqual([{ block: daemon.block, place: { host: 'localhost', rep: daemon.port, pub: 77 } }])
})

test('a name is found by the database, without its host', async () => {
  const kv = closing(new MemoryBackend())
  const daemon = await fakeDaemon()
  await new KvNames({ kv }).register(entryOf(daemon.block, thisProcess(5)))
  const { directory } = start({ kv })
  expect(await directory.locate('Lamp')).toEqual([{ block: daemon.block, place: at(daemon) }])
})

test('a name is found by the runtime directory', async () => {
  const daemon = await fakeDaemon()
  const { directory, runtime } = start()
  await runtime.register(entryOf(daemon.block, thisProcess(5)))
  expect(await directory.locate('lamp')).toEqual([{ block: daemon.block, place: at(daemon) }])
})

test('a name is found by a block from before, if its daemon is there', async () => {
  const daemon = await fakeDaemon()
  const { directory, cache } = start({ ackMs: 1500 })
  await cache.write(daemon.block)
  await cache.write(blockAt(await deadPort(), { alias: 'dead' }))
  expect(await directory.locate('lamp')).toEqual([{ block: daemon.block, place: at(daemon) }])
})

test('a block of a daemon that is no more there is forgotten, and what was found is kept', async () => {
  const [lamp, other] = [await fakeDaemon(), await fakeDaemon({ store: 'other' })]
  const { directory, cache, home, runtime } = start()
  await cache.write(blockAt(other.port, { uuid: 'former' }))
  await runtime.register(entryOf(lamp.block, thisProcess(5)))
  await directory.locate('lamp')
  expect(readdirSync(join(home, 'client', 'cache', 'lamp'))).toEqual([`${lamp.block.uuid}.json`])
})

test('a registry that was named is called without a broadcast, and remembered', async () => {
  const daemon = await fakeDaemon()
  const registryPort = await answererFor(daemon.port)
  const { directory, cache } = start({ registryPort, registries: ['127.0.0.1'], waitMs: 15_000 })
  expect(await directory.locate('lamp')).toEqual([{ block: daemon.block, place: at(daemon) }])
  expect(await cache.registries()).toEqual(['127.0.0.1'])
})

test('a daemon that answers calls is found where there is no registry', async () => {
  const daemon = await fakeDaemon()
  const daemonPort = await answererFor(daemon.port)
  const { directory } = start({ daemonPort, registryPort: await deadPort(), broadcast: 'machine' })
  expect(await directory.locate('lamp')).toEqual([{ block: daemon.block, place: at(daemon) }])
})

test('a registry that knows of a daemon is not taken for it', async () => {
  const registry = await fakeDaemon()
  const dead = blockAt(await deadPort())
  const elsewhere = blockAt(registry.port, {
    provenance: [{ stratum: 0, hostname: '192.0.2.1', rep: registry.port, pub: 77 }],
  })
  const daemonPort = await answererFor(registry.port)
  const { directory } = start({ daemonPort, registryPort: await deadPort(), broadcast: 'machine' })
  for (const block of [dead, elsewhere]) {
    const itself = { stratum: 1, hostname: '127.0.0.1', rep: registry.port }
    registry.block = { ...block, provenance: [...block.provenance, itself] }
    for (const name of ['lamp', `lamp:${registry.port}`])
      await expect(directory.locate(name)).rejects.toThrow('serves no lamp itself')
  }
})

test('a host narrows the search, and is called itself', async () => {
  const daemon = await fakeDaemon()
  const daemonPort = await answererFor(daemon.port)
  const { directory, runtime } = start({ daemonPort, registryPort: await deadPort() })
  expect(await directory.locate('lamp:localhost')).toEqual([{ block: daemon.block, place: at(daemon) }])
  await runtime.register(entryOf(daemon.block, thisProcess(5)))
  await expect(directory.locate('lamp:192.0.2.1', { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout')
})

test('several daemons of a store are found together', async () => {
  const one = await fakeDaemon({ alias: 'one', items: { a: {} } })
  const two = await fakeDaemon({ alias: 'two', items: { b: {} } })
  const { directory, cache, runtime } = start()
  await cache.write(one.block)
  await runtime.register(entryOf(two.block, thisProcess(5)))
  const aliases = (await directory.locate('lamp')).map(({ block }) => block.alias)
  expect(aliases.sort()).toEqual(['one', 'two'])
})

test('a thorough search asks registries though somebody has answered', async () => {
  const one = await fakeDaemon({ alias: 'one', items: { a: {} } })
  const two = await fakeDaemon({ alias: 'two', items: { b: {} } })
  const { directory, cache } = start({ registryPort: await answererFor(two.port), registries: ['127.0.0.1'] })
  await cache.write(one.block)
  expect(await directory.locate('lamp')).toHaveLength(1)
  expect(await directory.locate('lamp', { thorough: true })).toHaveLength(2)
})

test.each([
  [{ alias: 'main', items: { b: {} } }, 'the alias main'],
  [{ alias: 'other', items: { level: {} } }, 'the item level'],
])('two daemons that both have %j are told apart by whoever asks', async (about, what) => {
  const [one, two] = [await fakeDaemon(), await fakeDaemon(about)]
  const { directory, cache } = start()
  await cache.write(one.block)
  await cache.write(two.block)
  const places = [one, two].map(({ port }) => `lamp:127.0.0.1:${port}`)
  const error = directory.locate('lamp')
  await expect(error).rejects.toThrow(
    `lamp is served by two daemons that both have ${what}: name the one that is meant`,
  )
  await expect(error).rejects.toThrow(places[0])
  await expect(error).rejects.toThrow(places[1])
})

test('where nobody answers it is told what was tried, and what to do', async () => {
  const kv = closing(new MemoryBackend())
  const dead = await deadPort()
  const { directory, cache, home } = start({ kv, ackMs: 300 })
  await cache.write(blockAt(dead))
  await expect(directory.locate('lamp')).rejects.toMatchObject({
    code: 'ERR_NO_DAEMON',
    message:
      `no daemon of lamp answers. Tried: names in /deadbeat/daemon of ${kv.engine.name} (none), names in ${home}/run (none), ` +
      `127.0.0.1:${dead} (silent). Start it, or say where it is: lamp:HOST:PORT`,
  })
  await expect(directory.locate(`lamp:${dead}`)).rejects.toThrow(`no daemon of lamp:localhost:${dead} answers`)
})

test('an address where another store is served is told so', async () => {
  const { port } = await fakeDaemon({ store: 'other' })
  await expect(start().directory.locate(`lamp:${port}`)).rejects.toThrow('lamp._catalog is of another store')
})

test('all who are remembered or answer a call are found side by side, and who doesn’t answer is told', async () => {
  const [one, two] = [await fakeDaemon({ store: 'one' }), await fakeDaemon({ store: 'two' })]
  const kv = closing(new MemoryBackend())
  await new KvNames({ kv }).register(entryOf(one.block, thisProcess(5)))
  const daemonPort = await answererFor(two.port)
  const { directory, cache } = start({
    ...{ kv, daemonPort, registryPort: await deadPort(), broadcast: 'machine' },
    ...{ ackMs: 1500, waitMs: 1500 },
  })
  const dead = blockAt(await deadPort(), { store: 'three' })
  const gone = blockAt(two.port, { store: 'four', uuid: 'another' })
  for (const block of [dead, gone]) await cache.write(block)
  const { located, silent } = await directory.survey()
  expect(located.map(({ block, place: { rep } }) => [block.store, rep])).toEqual([
    ['one', one.port],
    ['two', two.port],
  ])
  expect(silent).toEqual([{ block: dead, error: expect.objectContaining({ code: 'ERR_NO_ACK' }) }])
  expect(await directory.rememberedStores()).toEqual(['one', 'three', 'two'])
})

test('what stores were when somebody was last found is remembered, and nobody is asked', async () => {
  const { directory, cache } = start()
  const block = blockAt(7, { store: 'three' })
  await cache.write(block)
  expect([await directory.rememberedBlocks('three'), await directory.rememberedBlocks('four')]).toEqual([[block], []])
})

test('changes of names in the database are told', async () => {
  const kv = closing(new MemoryBackend())
  const { directory } = start({ kv })
  const changed = new Promise<void>((resolve) => directory.watch('lamp:somewhere', resolve))
  await kv.listKeys('/')
  await new KvNames({ kv }).register(entryOf(blockAt(7), thisProcess(5)))
  await changed
  start().directory.watch('lamp', () => undefined)()
})
