import { expect, test } from '@jest/globals'
import { Guard } from '../../lib/control/guard.js'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement } from '../../lib/movement/index.js'
import { readRules, Rights, type AuditLine, type RightsDocument } from '../../lib/rights/index.js'

function start(rules?: RightsDocument['rules']) {
  const store = new Store('Lamp', new Escapement())
  const level = new Item<number>(store, 'level', { type: 'numeric', initial: 1 })
  const key = new Item<string>(store, 'key', { type: 'string', initial: 'x', isSecret: true })
  for (const name of ['dim', 'flash', '_stop']) store.methods.set(name, { doc: name, call: () => null })
  const lines: AuditLine[] = []
  const rights = rules === undefined ? undefined : new Rights({ rules: () => readRules({ rules }), ownUid: 1 })
  const peer = { principal: { kind: 'uid', id: 1000 }, from: 'pid 9' } as const
  const guard = new Guard(store, peer, { rights, audit: (line) => lines.push(line) })
  return { level, key, lines, guard }
}

test('without rights whoever opened the socket may all, and it is written down', async () => {
  const { level, lines, guard } = start()
  expect(guard.find('*').map(({ key }) => key)).toEqual(['level', 'key'])
  expect(guard.methods().map(({ name }) => name)).toEqual(['dim', 'flash'])
  await guard.set(level, 4)
  expect(await guard.call('stop', { now: true }, () => 'stopped')).toBe('stopped')
  const known = { audit: true, who: 'uid 1000', from: 'pid 9', outcome: 'done' }
  expect(lines).toEqual([
    { ...known, op: 'set', path: 'lamp.level', before: 1, asked: 4, after: 4 },
    { ...known, op: 'call', path: 'lamp.stop', asked: '{"now":true}' },
  ])
})

test('with rights one sees, sets and calls what they allow', async () => {
  const { level, key, lines, guard } = start([
    { who: 'uid 1000', may: 'read', on: 'lamp.level' },
    { who: 'uid 1000', may: ['set', 'call'], on: 'lamp.key' },
    { who: 'uid 1000', may: 'call', on: 'lamp.dim' },
  ])
  expect(guard.methods()).toEqual([{ name: 'dim', doc: 'dim', params: null }])
  expect(guard.find('*').map((item) => item.key)).toEqual(['level'])
  expect([guard.mayRead('LEVEL'), guard.mayRead('key')]).toEqual([true, false])
  expect(() => guard.requireSome('k*')).toThrow('uid 1000 may not read "lamp.k*"')
  guard.requireSome('*')
  await expect(guard.set(level, 4)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  expect(level.value).toBe(1)
  await guard.set(key, 'y')
  let isCalled = false
  const call = guard.call('reload', {}, () => {
    isCalled = true
  })
  await expect(call).rejects.toThrow('uid 1000 may not call "lamp.reload"')
  expect(isCalled).toBe(false)
  expect(lines.map(({ path, outcome }) => [path, outcome])).toEqual([
    ['lamp.level', 'refused'],
    ['lamp.key', 'done'],
    ['lamp.reload', 'refused'],
  ])
})

test('no secret is written down', async () => {
  const { key, lines, guard } = start()
  await guard.set(key, 's3cret')
  await guard.call('login', { password: 's3cret', user: 'anna' }, () => null)
  expect(JSON.stringify(lines)).not.toContain('s3cret')
  expect(lines[1]?.['asked']).toBe('{"password":"***","user":"anna"}')
})

test('a value that can not be computed is set all the same, and refused by the rights first', async () => {
  const broken = (guarded: ReturnType<typeof start>): Item =>
    new Item(guarded.level.store, 'broken', {
      compute: () => {
        throw new Error('unplugged')
      },
      accept: () => 5,
    })
  const closed = start([])
  await expect(closed.guard.set(broken(closed), 5)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  expect(closed.lines).toMatchObject([{ outcome: 'refused' }])
  const setter = start([{ who: 'uid 1000', may: 'set', on: '*' }])
  const item = broken(setter)
  await setter.guard.set(item, 5)
  expect(setter.lines).toMatchObject([{ op: 'set', path: 'lamp.broken', outcome: 'done' }])
})
