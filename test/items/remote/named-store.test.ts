import { afterEach, expect, test } from '@jest/globals'
import { NamedStore, requireOneStore, type NamedStoreOptions } from '../../../lib/items/remote/named-store.js'
import { ItemDaemon, NAMED_STORE_DEFAULTS, Store } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { Cleanups, until } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

function start(options: Partial<NamedStoreOptions> = {}) {
  const home = temporary()
  const esc = new Escapement() // It stays open: who is still being asked when a store is closed has a time limit.
  const log: string[] = []
  const told = (_: unknown, message?: string): void => void log.push(String(message))
  const where = { home, broadcast: 'off', ackMs: 500, retryMs: 5, retryMaxMs: 20, settleMs: 5 } as const
  const serve = async (port?: number): Promise<ItemDaemon> => {
    const daemon = new ItemDaemon('oven', { level: { type: 'numeric', initial: 3 } })
    await daemon.start({ esc, log: silentLogger, home, ...(port === undefined ? {} : { port, pubPort: port }) })
    cleanups.add(() => daemon.stop())
    return daemon
  }
  const name = (daemon: string): NamedStore => {
    const logger = { ...silentLogger, info: told, warn: told }
    const named = new NamedStore({ ...NAMED_STORE_DEFAULTS, esc, log: logger, daemon, where, ...options })
    cleanups.add(() => named.close())
    return named
  }
  return { log, name, serve }
}

test('a daemon that is not there is looked for at each call, and opened once', async () => {
  const { name, serve } = start()
  const first = await serve(0)
  const daemon = `oven:127.0.0.1:${String(first.ports?.rep)}`
  await first.stop()
  const named = name(daemon)
  await expect(named.open()).rejects.toThrow('no daemon of oven:127.0.0.1:')
  expect(named.state).toBe('sought')
  await serve()
  const [store, same] = await Promise.all([named.open(), named.open()])
  expect(same).toBe(store)
  expect(await store.get('level')).toBe(3)
  expect(named.state).toBe('connected')
})

test('that it is lost is told once, and that it is there again', async () => {
  const { log, name, serve } = start()
  const first = await serve(0)
  const named = name(`oven:127.0.0.1:${String(first.ports?.rep)}`)
  const store = await named.open()
  store.item('level').subscribe(() => undefined)
  await until(() => store.item('level').value === 3)
  await first.stop()
  await until(() => named.state === 'lost')
  await serve()
  await until(() => named.state === 'connected')
  const told = log.filter((line) => line.includes(' is '))
  expect(told.filter((line) => line.includes('is lost: its items are as they were'))).toHaveLength(1)
  expect(told.filter((line) => line.includes('is there again'))).toHaveLength(1)
})

test('it is looked for no more once it is closed', async () => {
  const named = start().name('oven:1')
  const opening = named.open()
  named.close()
  await expect(opening).rejects.toThrow("oven:1 isn't wanted any more")
})

test('what can be no name is refused, and a key that is not there is told', async () => {
  const keys = temporary()
  const { name } = start({ key: 'mine', keys })
  expect(() => name('a:b:c:d')).toThrow('the name of a daemon must be NAME, NAME:HOST')
  await expect(name('oven').open()).rejects.toThrow(keys)
})

test('either settings name a daemon, or somebody brings its store', () => {
  const store = new Store('lamp', new Escapement())
  expect(() => requireOneStore('lamp', store)).toThrow('both are there, lamp and lamp')
  expect(() => requireOneStore(null, undefined)).toThrow('both are missing')
  requireOneStore(null, store)
  requireOneStore('lamp', undefined)
})
