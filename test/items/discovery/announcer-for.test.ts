import { afterEach, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { announcerFor, type AnnounceOptions } from '../../../lib/items/discovery/announcer-for.js'
import { Directory } from '../../../lib/items/discovery/directory.js'
import { RegistryDaemon } from '../../../lib/items/discovery/registry-daemon.js'
import { ItemDaemon } from '../../../lib/items/index.js'
import { Escapement, silentLogger as log } from '../../../lib/movement/index.js'
import { Cleanups, until } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)
const esc = Escapement.instance
const anyPort = { port: 0, pubPort: 0, log } as const

async function start(announce: (registryPort: number) => AnnounceOptions) {
  const registry = new RegistryDaemon('lab.example')
  const ports = { registryPort: 0, daemonPort: 0, broadcast: 'off' } as const
  await registry.start({ ...anyPort, ...ports, home: temporary() })
  const registries = [`127.0.0.1:${registry.calledAt.registryPort}`]
  const daemon = new ItemDaemon('lamp', { level: { initial: 3 } })
  const home = temporary()
  await daemon.start({
    ...anyPort,
    home,
    announcer: announcerFor(announce(registry.calledAt.registryPort), { esc, log, home }),
  })
  cleanups.add(async () => {
    await daemon.stop()
    await registry.stop()
  })
  const elsewhere = temporary()
  const directory = new Directory({
    ...{
      esc,
      log,
      home: elsewhere,
      runtimeDirectory: join(elsewhere, 'run'),
      broadcast: 'off',
      registries,
      waitMs: 300,
    },
  })
  return { daemon, find: async () => (await directory.locate('lamp').catch(() => [])).map(({ place }) => place.rep) }
}

test('registries that are named are told, though nobody is called', async () => {
  const { daemon, find } = await start((port) => ({
    broadcast: 'off',
    everyMs: 200,
    registries: [`127.0.0.1:${port}`],
  }))
  await until(async () => (await find())[0] === daemon.ports?.rep) // Answers to a call may come too late: it is told again.
})

test('nobody else is told of it', async () => {
  const { find } = await start(() => ({ broadcast: 'off' }))
  expect(await find()).toEqual([])
})
