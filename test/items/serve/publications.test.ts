import { expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions } from '../../../lib/items/index.js'
import { StorePublications } from '../../../lib/items/serve/publications.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

const TIME = 1_795_294_147.5

function start() {
  const clock = new ManualClock({ wallMs: TIME * 1000 })
  const store = new Store('Lamp', new Escapement({ clock }), { pollMs: 1000 })
  const published: unknown[] = []
  const publications = new StorePublications(store, { publish: (target, payload) => published.push([target, payload]) })
  const add = <T>(key: string, options: ItemOptions<T>): Item<T> => new Item<T>(store, key, options)
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
  }
  return { store, published, publications, add, pass }
}

test('each change is published once, in lower case, with its time in seconds', () => {
  const { published, publications, add } = start()
  const level = add<number>('Level', {})
  level.publish(1)
  publications.open()
  level.publish(2)
  level.publish(2)
  level.publish(3, { timestamp: 5.5 })
  level.publish(null)
  publications.close()
  level.publish(4)
  expect(published).toEqual([
    ['lamp.level', { value: 2, time: TIME }],
    ['lamp.level', { value: 3, time: 5.5 }],
    ['lamp.level', { value: null, time: TIME }],
  ])
})

test('that a value may be out of date is published with it, and that it no longer is', () => {
  const { published, publications, add } = start()
  publications.open()
  const level = add<number>('level', {})
  level.markStale()
  level.publish(2)
  level.markStale()
  level.publish(2)
  level.markStale()
  level.publish(3)
  add<number>('order', { gettable: false, initial: 1 }).markStale()
  add<number>('clock', { compute: () => 1 }).markStale()
  add<string>('token', { isSecret: true, initial: 'abc' }).markStale()
  publications.close()
  level.markStale()
  expect(published).toEqual([
    ['lamp.level', { value: 2, time: TIME }],
    ['lamp.level', { value: 2, time: TIME, stale: true }],
    ['lamp.level', { value: 2, time: TIME }],
    ['lamp.level', { value: 2, time: TIME, stale: true }],
    ['lamp.level', { value: 3, time: TIME }],
    ['lamp.token', { value: '***', time: TIME, stale: true }],
  ])
})

test('a secret is masked, and what may not be read is not published', () => {
  const { published, publications, add } = start()
  publications.open()
  add<string>('token', { isSecret: true }).publish('abc')
  add<string>('order', { gettable: false }).publish('abc')
  expect(published).toEqual([['lamp.token', { value: '***', time: TIME }]])
})

test('what is computed is published only while somebody has subscribed to it', async () => {
  const { published, publications, add, pass } = start()
  publications.open()
  let count = 0
  add<number>('Clock', { compute: () => ++count })
  await pass(3000)
  expect([published, count]).toEqual([[], 0])
  publications.hear('lamp.clock', true)
  await pass(2000)
  expect(published.length).toBe(2)
  publications.hear('lamp.clock', false)
  await pass(3000)
  expect(published.length).toBe(2)
  for (const topic of ['', 'lamp']) {
    published.length = 0
    publications.hear(topic, true)
    await pass(1000)
    publications.hear(topic, false)
    expect(published.length).toBe(1)
  }
  publications.hear('lamp.*', true) // Nobody's pattern: it is a key that isn't there.
  publications.hear('desk.clock', true)
  await pass(1000)
  expect(published.length).toBe(1)
  publications.hear('lamp.clock', true)
  publications.close()
  const before = count
  await pass(3000)
  expect(count).toBe(before)
})

test('what may not be published is not, and what is withdrawn or given while it runs is seen', () => {
  const { store, published, add } = start()
  const level = add<number>('level', {})
  const power = add<number>('power', {})
  const allowed = new Set(['lamp.level'])
  const publisher = { publish: (target: string) => published.push(target) }
  const publications = new StorePublications(store, publisher, (path) => allowed.has(path))
  publications.open()
  level.publish(1)
  power.publish(1)
  allowed.add('lamp.power')
  allowed.delete('lamp.level')
  level.publish(2)
  power.publish(2)
  expect(published).toEqual(['lamp.level', 'lamp.power'])
  publications.close()
})
