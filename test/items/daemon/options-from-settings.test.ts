import { expect, test } from '@jest/globals'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gather } from '../../../lib/conf/index.js'
import { ItemDaemon, itemsBaseConfig, optionsFromSettings, persistBaseConfig } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { KeyDirectory } from '../../../lib/wire/curve/key-directory.js'
import { RawClient } from '../../support/raw-client.js'
import { temporary } from '../../support/temporary.js'

const KV = { url: null, prefix: '/deadbeat/' }

function start(...argv: string[]) {
  const home = temporary()
  const schema = { items: itemsBaseConfig, persist: persistBaseConfig }
  const settings = gather(schema, { argv: ['--no-items.announce', ...argv], env: {} })
  const around = { esc: new Escapement(), log: silentLogger, stateDirectory: join(home, 'state'), kv: KV, home }
  return { home, open: () => optionsFromSettings(settings, around) }
}

test('what is not said is left to the daemon', async () => {
  const { options, close } = await start().open()
  expect(options).not.toHaveProperty('port')
  expect(options).not.toHaveProperty('advertise')
  expect(options).not.toHaveProperty('announcer')
  expect(options).toMatchObject({ address: '127.0.0.1', insecure: false, curve: undefined })
  expect(options.rights?.may({ kind: 'anonymous' }, 'set', 'lamp.level')).toBe(true)
  expect(options.clientRateMax).toBe(Infinity)
  await close()
  const said = await start('--items.port', '0', '--items.advertise', 'lamp.example.org', '--items.announce').open()
  expect(said.options).toMatchObject({ port: 0, advertise: 'lamp.example.org', announcer: expect.anything() })
  await said.close()
})

test('the limits of what clients may ask for are those that were set', async () => {
  const limits = { clientInFlightMax: 2, inFlightMax: 3, clientRateMax: 4, clientBurstMax: 5, messageBytesMax: 6 }
  const publishing = { publishQueueMax: 7, topicsBytesMax: 2048 }
  const argv = Object.entries({ ...limits, ...publishing }).flatMap(([name, value]) => [`--items.${name}`, `${value}`])
  const { options, close } = await start(...argv).open()
  expect(options).toMatchObject({ ...limits, ...publishing })
  await close()
})

test('with a key nobody is trusted who has none, and clients are told the public half', async () => {
  const keys = temporary()
  const { publicKey } = new KeyDirectory(keys).make('lamp')
  const { options, close } = await start('--items.key', 'lamp', '--items.keys', keys).open()
  expect(options.curve?.keys.publicKey).toBe(publicKey)
  expect(options.rights?.may({ kind: 'anonymous' }, 'read', 'lamp.level')).toBe(false)
  await close()
  await expect(start('--items.key', 'desk', '--items.keys', keys).open()).rejects.toThrow('deadbeat keys new desk')
})

test('a file of rights counts, and values are kept where the settings say', async () => {
  const { home, open } = start('--persist.in', 'file', '--items.rights', join(temporary(), 'rights.yaml'))
  await expect(open()).rejects.toThrow('rights.yaml')
  const rights = join(home, 'rights.yaml')
  writeFileSync(rights, 'rules: [{ who: anonymous, may: [read, set], on: lamp.* }]\n')
  const audit = join(home, 'audit.jsonl')
  const places = ['--items.port', '0', '--items.pub-port', '0', '--items.audit', audit]
  const second = start('--persist.in', 'file', '--items.rights', rights, ...places)
  mkdirSync(join(second.home, 'state'))
  const items = { level: { type: 'numeric', persist: true } }
  for (const before of [null, 7]) {
    const { options, close } = await second.open()
    const daemon = new ItemDaemon('lamp')
    await daemon.start({ ...options, items })
    const client = new RawClient(daemon.ports?.rep ?? 0)
    expect((await client.ask('GET', 'lamp.level')).payload).toMatchObject({ value: before })
    await client.ask('SET', 'lamp.level', { value: 7 })
    await daemon.stop()
    await close()
  }
  const lines = readFileSync(audit, 'utf8').trimEnd().split('\n')
  const asked = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(asked.map(({ op, path, before, asked }) => [op, path, before, asked])).toEqual([
    ['set', 'lamp.level', null, 7],
    ['set', 'lamp.level', 7, 7],
  ])
})
