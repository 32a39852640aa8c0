import { join } from 'node:path'
import { ItemDaemon } from '../../../lib/items/daemon/item-daemon.js'
import { DaemonAnnouncer } from '../../../lib/items/discovery/announcer.js'
import { Directory } from '../../../lib/items/discovery/directory.js'
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
const anyPort = { port: 0, pubPort: 0, broadcast: 'off', log, ackMs: 300 } as const

async function registry(options: RegistryOptions = {}): Promise<RegistryDaemon> {
  const daemon = new RegistryDaemon('lab.example')
  await daemon.start({ ...anyPort, home: temporary(), registryPort: 0, daemonPort: 0, ...options })
  closing({ close: () => daemon.stop() })
  return daemon
}

/** A daemon of a home of its own, which announces itself at a registry. */
async function lamp(registryPort: number, alias = 'main', override = false): Promise<ItemDaemon> {
  const home = temporary()
  const announcer = new DaemonAnnouncer({
    ...{ esc, log, home, runtimeDirectory: join(home, 'run'), broadcast: 'off', daemonPort: null },
    ...{ registries: [`127.0.0.1:${registryPort}`], override },
  })
  const daemon = new ItemDaemon('lamp', alias)
  closing({ close: () => daemon.stop() })
  await daemon.start({ ...anyPort, home, announcer, items: { level: { type: 'numeric', initial: 3 } } })
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
    ackMs: 300,
  } as const
}

async function until(holds: () => unknown): Promise<void> {
  while (holds() !== true) await new Promise((resolve) => setImmediate(resolve))
}

test('a client finds a daemon by the registry alone, and uses it', async () => {
  const { calledAt } = await registry()
  await lamp(calledAt.registryPort)
  const store = closing(await openStore('lamp', client(calledAt.registryPort)))
  expect(await store.get('level')).toBe(3)
  expect(await store.set('level', 4)).toBe(4)
})

test('it is a daemon itself, and tells how many it knows', async () => {
  const daemon = await registry()
  await lamp(daemon.calledAt.registryPort)
  expect(daemon.name).toBe('registry:lab_example')
  expect([daemon.store.item('daemons').value, daemon.store.item('stores').value]).toEqual([1, 1])
  const directory = new Directory({ esc, ...client(daemon.calledAt.registryPort) })
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
  await lamp(first.calledAt.registryPort)
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
  const daemon = await registry({ probeMs: 20, missesMax: 1, ackMs: 200, hosts: [] })
  const { registryPort } = daemon.calledAt
  const dead = await fakeDaemon({ store: 'dead' })
  await lamp(registryPort)
  const announcer = new DaemonAnnouncer({
    ...{ esc, log, home: temporary(), runtimeDirectory: join(temporary(), 'run'), broadcast: 'off', daemonPort: null },
    registries: [`127.0.0.1:${registryPort}`],
  })
  await announcer.announce(() => dead.block)
  await announcer.withdraw()
  expect(daemon.store.item('daemons').value).toBe(2)
  await dead.close()
  await until(() => daemon.store.item('daemons').value === 1)
  expect(daemon.store.item('stores').value).toBe(1)
})

test('a second daemon of the same name can not start while the first lives', async () => {
  const { calledAt } = await registry()
  const first = await lamp(calledAt.registryPort)
  await expect(lamp(calledAt.registryPort)).rejects.toThrow('refuses the daemon: lamp.main is refused: another daemon')
  await expect(lamp(calledAt.registryPort, 'main', true)).rejects.toThrow('and it lives')
  await first.stop()
  await lamp(calledAt.registryPort, 'main', true)
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
