// Keys on both sides, from files: who finds a daemon, asks it, calls it and hears it, in code and by the command.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { DaemonAnnouncer } from '../../../lib/items/discovery/announcer.js'
import { Directory } from '../../../lib/items/discovery/directory.js'
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { RegistryDaemon } from '../../../lib/items/discovery/registry-daemon.js'
import { connect, Item, ItemDaemon, openStore, type OpenStoreOptions } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { readRules, Rights } from '../../../lib/rights/index.js'
import { KeyDirectory } from '../../../lib/wire/index.js'
import { environment } from '../../app/scratch.js'
import { temporary } from '../../support/temporary.js'

class Kiln extends ItemDaemon {
  static readonly exposed = { warm: { doc: 'Warm up.' } }

  override setup(): void {
    this.addItem(Item, 'level', { type: 'numeric', initial: 1 })
  }

  warm(): string {
    return 'warm'
  }
}

const esc = new Escapement()
const usual = { esc, log: silentLogger, port: 0, pubPort: 0 }
const kiln = new Kiln()
const registry = new RegistryDaemon('here')
/** What the daemon's own machine keeps. */
const home = temporary()
let registries: string[] = []

const server = new KeyDirectory(temporary())
const serverKey = server.make('kiln').publicKey

/** Keys of somebody: whether the daemon knows him, and what he takes for the daemon's. */
function keysOf(name: string, isListed: boolean, known: string | null): KeyDirectory {
  const directory = new KeyDirectory(temporary())
  const { publicKey } = directory.make(name)
  if (isListed) server.add('clients', name, publicKey)
  if (known !== null) directory.add('servers', 'kiln', known)
  return directory
}
const anna = keysOf('anna', true, serverKey)
const bob = keysOf('bob', false, serverKey)
const carl = keysOf('carl', true, bob.own('bob').publicKey) // Somebody made him believe that.
const dora = keysOf('dora', true, null)

beforeAll(async () => {
  await registry.start({ ...usual, home: temporary(), registryPort: 0, daemonPort: 0, broadcast: 'off' })
  registries = [`127.0.0.1:${registry.calledAt.registryPort}`]
  const rules = readRules({
    rules: ['anna', 'carl', 'dora'].map((name) => ({
      ...{ who: `key ${name}`, may: ['read', 'set', 'call'], on: 'kiln.*' },
    })),
  })
  const announcing = { home, runtimeDirectory: temporary(), registries, broadcast: 'off', daemonPort: null } as const
  const announcer = new DaemonAnnouncer({ esc, log: silentLogger, ...announcing, keys: server.own('kiln') })
  const rights = new Rights({ rules: () => rules })
  await kiln.start({ ...usual, home, announcer, curve: server.server('kiln'), rights })
})

afterAll(async () => {
  await kiln.stop()
  await registry.stop()
  esc.close()
})

/** Where somebody looks who was never there before. */
function newcomer(): OpenStoreOptions {
  const dir = temporary()
  return { esc, log: silentLogger, home: dir, runtimeDirectory: dir, registries, broadcast: 'off', ackMs: 15_000 }
}

const at = (): string => `kiln:127.0.0.1:${kiln.ports?.rep}`

test.each([
  ['by its name alone', () => 'kiln', {}],
  ['by its name, with its key known', () => 'kiln', { serverKey }],
  ['by its address, with its key known', at, { serverKey }],
])('who has a key is served: %s', async (_, name, known) => {
  const options = { ...newcomer(), ...known, keys: anna.own('anna') }
  const store = await openStore(name(), options)
  const level = store.item('level')
  expect(await level.get({ refresh: true })).toBe(1)
  let hear: (value: unknown) => void = () => undefined
  const heard = new Promise((resolve) => (hear = resolve))
  level.subscribe((value) => value === 2 && hear(value))
  expect(await level.set(2)).toBe(2)
  expect(await heard).toBe(2)
  await level.set(1)
  store.close()
  const proxy = await connect<Kiln>(name(), options)
  expect(await proxy.warm()).toBe('warm')
  await proxy.$close()
})

test('who has none, is not listed, or holds another key for the daemon’s is not, and is told why', async () => {
  const refusal = (name: string, options: OpenStoreOptions): Promise<unknown> =>
    openStore(name, { ...newcomer(), ackMs: 200, ...options }).then(
      () => 'served',
      (error: unknown) => (error as Error).message,
    )
  const { keys, serverKey: wrong } = carl.client('carl', 'kiln')
  const refusals = await Promise.all([
    refusal('kiln', {}),
    refusal(at(), {}),
    refusal('kiln', { keys: bob.own('bob') }),
    refusal('kiln', { keys, serverKey: wrong }),
    refusal(at(), { keys, serverKey: wrong }),
  ])
  expect(refusals).toEqual([
    expect.stringContaining('asks for encryption: make a key'),
    expect.stringContaining('(silent)'),
    expect.stringContaining('(silent)'),
    expect.stringContaining(`must have the key ${wrong}, which is known here: it is said to have ${serverKey}`),
    expect.stringContaining('(silent)'),
  ])
})

test('a registry with a key is asked, and told of daemons, by those alone whom it knows', async () => {
  const guarded = new RegistryDaemon('guarded')
  const registryKey = server.make('registry').publicKey
  server.add('clients', 'kiln', serverKey)
  const ports = { registryPort: 0, daemonPort: 0, broadcast: 'off' } as const
  await guarded.start({ ...usual, ...ports, home: temporary(), curve: server.server('registry') })
  const where = { registries: [`127.0.0.1:${guarded.calledAt.registryPort}`] }
  const announcing = { esc, log: silentLogger, ...where, broadcast: 'off', daemonPort: null } as const
  const announce = async (more: object): Promise<unknown> => {
    const dir = temporary()
    const announcer = new DaemonAnnouncer({ ...announcing, home: dir, runtimeDirectory: dir, ackMs: 500, ...more })
    await announcer.announce(() => kiln.store.item('_maincat').value as KnownBlock)
    await announcer.withdraw()
    return guarded.store.item('daemons').value
  }
  expect(await announce({})).toBe(0)
  expect(await announce({ keys: bob.own('bob'), registryKey })).toBe(0)
  const told = { keys: server.own('kiln'), registryKey, ackMs: 15_000 }
  while ((await announce(told)) !== 1); // On a busy machine it may not have answered the call in time.

  const known = { ...anna.client('anna', 'kiln'), trust: 'strict' } as const
  const store = await openStore('kiln', { ...newcomer(), ...where, ...known, registryKey, waitMs: 15_000 })
  expect(store.daemons).toMatchObject([{ block: { store: 'kiln' } }])
  store.close()
  const without = openStore('kiln', { ...newcomer(), ...where, ...known, ackMs: 200 })
  await expect(without).rejects.toThrow(/registr.* \(silent\)/)
  await guarded.stop()
})

test('a look around under strict trust shows those whose keys are known by their stores, and why not the others', async () => {
  const look = async (known: KeyDirectory) => {
    const serverKeyOf = (store: string): string | undefined => known.serverKey(store) ?? undefined
    const where = {
      esc,
      log: silentLogger,
      home,
      runtimeDirectory: temporary(),
      broadcast: 'off',
      ackMs: 15_000,
    } as const
    const { located, silent } = await new Directory({
      ...where,
      keys: anna.own('anna'),
      trust: 'strict',
      serverKeyOf,
    }).survey()
    return [located.map(({ block }) => block.store), silent.map(({ error }) => error.message)]
  }
  expect(await look(anna)).toEqual([['kiln'], []])
  expect(await look(dora)).toEqual([[], [expect.stringContaining('its key is not known here and trust is strict')]])
})

/** The command, with the keys of a directory; once more where a busy machine let it wait too long (code 75). */
function ask(keys: string, ...words: string[]): Promise<{ code: unknown; said: string }> {
  const dir = temporary()
  const main = join(process.cwd(), 'dist/lib/cli/main.js')
  const argv = [main, ...words, '--home', home, '--keys', keys, '--timeout', '10s']
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: dir, env: environment(dir) }, (error, stdout, stderr) => {
      if (error?.code === 75) resolve(ask(keys, ...words))
      else resolve({ code: error?.code ?? 0, said: stdout + stderr })
    })
  })
}

test('the command takes keys from their directory, and lets a daemon that is known have its own key only', async () => {
  const [set, wrong, unknown, strict, none] = await Promise.all([
    ask(anna.path, 'set', 'kiln.level', '5'),
    ask(carl.path, 'set', 'kiln.level', '6'),
    ask(dora.path, 'get', 'kiln._mainpid'),
    ask(dora.path, 'get', 'kiln.level', '--trust', 'strict'),
    ask(temporary(), 'get', 'kiln.level'),
  ])
  expect(set).toEqual({ code: 0, said: 'kiln.level = 5\n' })
  expect(wrong).toEqual({ code: 69, said: expect.stringContaining(`it is said to have ${serverKey}`) })
  expect(unknown).toEqual({ code: 0, said: expect.stringContaining(`${process.pid}\n`) })
  expect(unknown.said).toContain('is believed to be who it says: its key is not known here')
  expect(strict).toEqual({ code: 69, said: expect.stringContaining('its key is not known here and trust is strict') })
  expect(none).toEqual({ code: 78, said: expect.stringContaining('has no key of ours: make one') })
  expect(kiln.store.item('level').value).toBe(5)
})
