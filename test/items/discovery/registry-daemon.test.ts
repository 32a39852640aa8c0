import { join } from 'node:path'
import { ItemDaemon } from '../../../lib/items/daemon/item-daemon.js'
import { DaemonAnnouncer } from '../../../lib/items/discovery/announcer.js'
import { Directory } from '../../../lib/items/discovery/directory.js'
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { RegistryDaemon, type RegistryOptions } from '../../../lib/items/discovery/registry-daemon.js'
import { openStore } from '../../../lib/items/remote/remote-store.js'
import { Escapement } from '../../../lib/movement/index.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { Answerer } from '../../../lib/wire/discovery/answerer.js'
import { temporary } from '../../support/temporary.js'
import { closeAll, closing, deadPort, fakeDaemon } from './fake-daemon.js'

afterEach(closeAll)
const esc = Escapement.instance
const log = silentLogger
/** No machine is too busy for what answers; where somebody is dead it says for how long he is waited for. */
const ackMs = 15_000
const anyPort = { port: 0, pubPort: 0, broadcast: 'off', log, ackMs } as const

async function registry(options: RegistryOptions = {}): Promise<RegistryDaemon> {
  const daemon = new RegistryDaemon('lab.example')
  await daemon.start({ ...anyPort, home: temporary(), registryPort: 0, daemonPort: 0, ...options })
  closing({ close: () => daemon.stop() })
  return daemon
}

/** A daemon of a home of its own, which announces itself at a registry, until that knows it. */
async function lamp(registry: RegistryDaemon, alias = 'main', override = false): Promise<ItemDaemon> {
  const home = temporary()
  const about = { esc, log, home, runtimeDirectory: join(home, 'run'), broadcast: 'off', ackMs } as const
  const registries = [`127.0.0.1:${registry.calledAt.registryPort}`]
  const announcer = new DaemonAnnouncer({ ...about, daemonPort: null, registries, override })
  let told: (() => KnownBlock) | null = null
  const announce = (block: () => KnownBlock): Promise<void> => announcer.announce((told = block))
  const daemon = new ItemDaemon('lamp', alias)
  closing({ close: () => daemon.stop() })
  const heard = { announce, withdraw: () => announcer.withdraw() }
  await daemon.start({ ...anyPort, home, announcer: heard, items: { level: { type: 'numeric', initial: 3 } } })
  const { asking } = new Directory(about)
  const known = () => asking.blocksOf({ host: '127.0.0.1', rep: registry.ports?.rep ?? 0 }, 'lamp').catch(() => [])
  const block = told as unknown as () => KnownBlock
  // On a busy machine it may not have answered the call in time.
  while (!(await known()).some(({ uuid }) => uuid === block().uuid)) await announce(block)
  return daemon
}

/** A client that knows of nothing but a registry. */
function client(registryPort: number) {
  const home = temporary()
  const runtimeDirectory = join(home, 'run')
  return {
    log,
    home,
    runtimeDirectory,
    broadcast: 'off',
    registries: [`127.0.0.1:${registryPort}`],
    ackMs,
    waitMs: ackMs,
  } as const
}

async function until(holds: () => unknown): Promise<void> {
  while (holds() !== true) await new Promise((resolve) => setImmediate(resolve))
}

test('a client finds a daemon by the registry alone, and uses it', async () => {
  const daemon = await registry()
  await lamp(daemon)
  const store = closing(await openStore('lamp', client(daemon.calledAt.registryPort)))
  expect(await store.get('level')).toBe(3)
  expect(await store.set('level', 4)).toBe(4)
})

test('it is a daemon itself, and tells how many it knows', async () => {
  const daemon = await registry()
  await lamp(daemon)
  expect(daemon.name).toBe('registry:lab_example')
  expect([daemon.store.item('daemons').value, daemon.store.item('stores').value]).toEqual([1, 1])
  const directory = new Directory({ esc, ...client(daemon.calledAt.registryPort), waitMs: 500 })
  const place = { host: '127.0.0.1', rep: daemon.ports?.rep ?? 0 }
  expect((await directory.asking.storesAt(place)).sort()).toEqual(['lamp', 'registry:lab_example'])
  expect(await directory.asking.blocksAt(place, 'registry:lab_example')).toMatchObject([
    { alias: 'registry:lab_example' },
  ])
  expect((await directory.survey()).located.map(({ block }) => block.store)).toEqual(['lamp', 'registry:lab_example'])
})

test('a registry that was restarted knows what it knew', async () => {
  const home = temporary()
  const first = await registry({ home })
  await lamp(first)
  await first.stop()
  const second = await registry({ home })
  expect(second.store.item('daemons').value).toBe(1)
  const store = closing(await openStore('lamp', client(second.calledAt.registryPort)))
  expect(await store.get('level')).toBe(3)
})

test('a registry that starts late finds daemons that answer calls', async () => {
  const { port } = await fakeDaemon()
  const answerer = closing(new Answerer({ esc, log, port: 0, requestPort: port }))
  await answerer.start()
  const daemon = await registry({ hosts: [`127.0.0.1:${answerer.port}`] })
  await until(() => daemon.store.item('daemons').value === 1)
})

test('a daemon that died is forgotten, one that lives is not', async () => {
  const daemon = await registry({ probeMs: 20, missesMax: 3, ackMs: 500, hosts: [] })
  const { registryPort } = daemon.calledAt
  const dead = await fakeDaemon({ store: 'dead' })
  await lamp(daemon)
  const announcer = new DaemonAnnouncer({
    ...{ esc, log, home: temporary(), runtimeDirectory: join(temporary(), 'run'), broadcast: 'off', daemonPort: null },
    registries: [`127.0.0.1:${registryPort}`],
  })
  do await announcer.announce(() => dead.block)
  while (daemon.store.item('daemons').value !== 2)
  await announcer.withdraw()
  await dead.close()
  await until(() => daemon.store.item('daemons').value === 1)
  expect(daemon.store.item('stores').value).toBe(1)
})

test('a second daemon of the same name can not start while the first lives', async () => {
  const daemon = await registry({ ackMs: 1500 })
  const first = await lamp(daemon)
  await expect(lamp(daemon)).rejects.toThrow('refuses the daemon: lamp.main is refused: another daemon')
  await expect(lamp(daemon, 'main', true)).rejects.toThrow('and it lives')
  await first.stop()
  await lamp(daemon, 'main', true)
})

test('where it can not be called it does not start', async () => {
  const port = await deadPort()
  const daemon = new RegistryDaemon('lab')
  const options = {
    ...anyPort,
    home: temporary(),
    address: '192.0.2.1',
    insecure: true,
    registryPort: port,
    daemonPort: 0,
  }
  await expect(daemon.start(options)).rejects.toMatchObject({ code: 'ERR_DAEMON_START' })
  expect(daemon.calledAt).toEqual({ registryPort: 0, daemonPort: 0 })
})
