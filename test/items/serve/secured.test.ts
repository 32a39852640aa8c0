import { afterEach, expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions } from '../../../lib/items/index.js'
import { StoreServer, type StoreServerOptions } from '../../../lib/items/serve/store-server.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { readRules, Rights, type AuditLine, type RightsDocument } from '../../../lib/rights/index.js'
import { KeyPair, RequestClient, SubscribeClient } from '../../../lib/wire/index.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const RULES: RightsDocument['rules'] = [
  { who: 'key anna', may: ['read', 'set', 'call'], on: 'lamp.*' },
  { who: 'key bob', may: 'read', on: 'lamp.level' },
]

async function start(options: Partial<StoreServerOptions> = {}, rules = RULES) {
  const esc = new Escapement()
  const [server, anna, bob, stranger] = [KeyPair.make(), KeyPair.make(), KeyPair.make(), KeyPair.make()]
  const names = new Map([
    [anna.publicKey, 'anna'],
    [bob.publicKey, 'bob'],
  ])
  const store = new Store('lamp', esc)
  const add = <T>(key: string, about: ItemOptions<T>): Item<T> => new Item<T>(store, key, about)
  const level = add<number>('level', { type: 'numeric', initial: 1 })
  const secret = add<string>('pin', { type: 'string', initial: '1234', isSecret: true })
  store.methods.set('double', { doc: 'Twice.', call: ([n]) => Number(n) * 2 })
  const lines: AuditLine[] = []
  const heard: string[] = []
  let hear: () => void = () => undefined
  const next = () => new Promise<void>((resolve) => (hear = resolve))
  const log = {
    ...silentLogger,
    warn: (_: object | string, message?: string) => {
      heard.push(message ?? '')
      hear()
    },
  }
  const block = () => ({ store: 'lamp', alias: 'main', uuid: 'u', time: 1, hash: 7, items: {}, provenance: [] })
  const served = new StoreServer({
    ...{ store, esc, log, block, port: 0, pubPort: 0, audit: (line: AuditLine) => void lines.push(line) },
    rights: new Rights({ rules: () => readRules({ rules }), ownUid: 1 }),
    curve: { keys: server, nameOf: (key: string) => names.get(key) ?? null },
    ...options,
  })
  const { rep, pub } = await served.start()
  closing.push(() => served.close())
  const curveOf = (keys: KeyPair) => ({ keys, serverKey: server.publicKey })
  const client = (keys: KeyPair | null) => {
    const curve = keys === null ? {} : { curve: curveOf(keys) }
    const made = new RequestClient({ esc, address: `tcp://127.0.0.1:${rep}`, ackMs: 15_000, ...curve })
    closing.push(() => made.close())
    return made
  }
  const subscriber = (keys: KeyPair | null) => {
    const curve = keys === null ? {} : { curve: curveOf(keys) }
    const made = new SubscribeClient({ address: `tcp://127.0.0.1:${pub}`, ...curve })
    closing.push(() => made.close())
    return made
  }
  return { store, level, secret, lines, heard, next, client, subscriber, anna, bob, stranger }
}

test('who may does, who may not is refused with why, and both are written down without secrets', async () => {
  const { level, lines, client, anna, bob } = await start()
  const [annas, bobs] = [client(anna), client(bob)]
  const set = (who: RequestClient, key: string, value: unknown) =>
    who.request({ type: 'SET', target: `lamp.${key}`, payload: { value } })
  expect(await set(annas, 'level', 4)).toMatchObject({ value: true })
  expect(await set(annas, 'pin', '9999')).toMatchObject({ value: true })
  expect(await annas.request({ type: 'CALL', target: 'lamp.double', payload: { args: [4] } })).toMatchObject({
    value: 8,
  })
  expect(await bobs.request({ type: 'GET', target: 'lamp.level' })).toMatchObject({ value: 4 })
  await expect(set(bobs, 'level', 5)).rejects.toMatchObject({
    ...{ name: 'PermissionError', code: 'ERR_FORBIDDEN' },
    message: 'key bob may not set "lamp.level": no rule of the rights here allows it',
  })
  await expect(bobs.request({ type: 'GET', target: 'lamp.pin' })).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  expect(level.value).toBe(4)
  expect(lines.map(({ who, op, path, outcome }) => [who, op, path, outcome])).toEqual([
    ['key anna', 'set', 'lamp.level', 'done'],
    ['key anna', 'set', 'lamp.pin', 'done'],
    ['key anna', 'call', 'lamp.double', 'done'],
    ['key bob', 'set', 'lamp.level', 'refused'],
  ])
  expect(lines[0]).toMatchObject({ before: 1, asked: 4, after: 4, key: anna.publicKey })
  expect(JSON.stringify(lines)).not.toMatch(/1234|9999/)
})

test('who may read everything hears what is published; who may read a part, and a stranger, do not come in', async () => {
  const { level, heard, next, subscriber, anna, bob, stranger } = await start()
  const values: unknown[] = []
  for (const keys of [bob, stranger]) {
    const refused = next()
    subscriber(keys).subscribe('lamp.level', ({ value }) => values.push(['refused', value]))
    await refused
  }
  expect(heard.slice(0, 2)).toEqual([
    'refused the key bob, which may not subscribe',
    'refused a key that is not listed',
  ])
  const first = new Promise<void>((resolve) => {
    const annas = subscriber(anna)
    annas.subscribe('lamp.level', ({ value }) => {
      values.push(['anna', value])
      resolve()
    })
    annas.onState((state) => {
      if (state === 'connected') setImmediate(publish)
    })
  })
  let count = 10
  const publish = (): void => {
    level.publish(count++)
    if (values.length === 0) setImmediate(publish) // Until the subscription has arrived.
  }
  await first
  expect(values.every((one) => (one as string[])[0] === 'anna')).toBe(true)
})

test('without keys nothing goes out but what anybody may read, and nobody does more', async () => {
  const { store, level, client, subscriber } = await start({ curve: undefined }, [
    { who: 'anonymous', may: 'read', on: 'lamp.level' },
    { who: 'key anna', may: 'set', on: 'lamp.*' },
  ])
  const power = new Item<number>(store, 'power', { type: 'numeric', initial: 0 })
  const asked = client(null)
  expect(await asked.request({ type: 'GET', target: 'lamp.level' })).toMatchObject({ value: 1 })
  const set = asked.request({ type: 'SET', target: 'lamp.level', payload: { value: 2, _auth: 'x'.repeat(83) } })
  await expect(set).rejects.toThrow('anonymous may not set "lamp.level"')
  const topics: string[] = []
  const first = new Promise<void>((resolve) => {
    subscriber(null).subscribe('', (_payload, _missed, target) => {
      topics.push(target)
      resolve()
    })
  })
  let count = 10
  const publish = (): void => {
    power.publish(count)
    level.publish(count++)
    if (topics.length === 0) setImmediate(publish) // Until the subscription has arrived.
  }
  publish()
  await first
  expect(new Set(topics)).toEqual(new Set(['lamp.level']))
})

test.each(['0.0.0.0', '', '192.0.2.1'])(
  'items at %j are not served without keys, unless somebody says so',
  async (address) => {
    const store = new Store('lamp', new Escapement())
    const server = new StoreServer({
      ...{ store, esc: new Escapement(), log: silentLogger, rights: new Rights(), address, port: 0, pubPort: 0 },
      block: () => ({ store: 'lamp', alias: 'main', uuid: 'u', time: 1, hash: 7, items: {}, provenance: [] }),
    })
    await expect(server.start()).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringMatching(/without keys: give it keys .* or say insecure: true/),
    })
  },
)
