import { expect, test } from '@jest/globals'
import { hostname } from 'node:os'
import { addBuiltinItems } from '../../../lib/items/daemon/builtin-items.js'
import { entryOf, Store } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

function start() {
  const clock = new ManualClock()
  const store = new Store('lamp', new Escapement({ clock }))
  const block = { store: 'lamp' } as never
  addBuiltinItems(store, { alias: 'main', uuid: 'u-1', block: () => block, missed: () => 7 })
  return { clock, store, value: (name: string): unknown => store.item(`_main${name}`).value }
}

test('every daemon says who it is and where', () => {
  const { store, value } = start()
  expect(store.items.map(({ key }) => key)).toEqual(
    ['cat', 'clk', 'cpu', 'mem', 'dev', 'host', 'missed', 'pid', 'uuid'].map((name) => `_main${name}`),
  )
  expect(value('missed')).toBe(7)
  expect(value('cat')).toEqual({ store: 'lamp' })
  expect([value('host'), value('pid'), value('uuid'), value('dev')]).toEqual([hostname(), process.pid, 'u-1', ''])
  expect(store.items.filter((item) => item.isSettable).map(({ key }) => key)).toEqual(['_maindev'])
})

test('a daemon that saves values says how that is getting on', () => {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  const state = { name: 'a disk', unsaved: 2, savedTime: null, trouble: 'no space left' }
  addBuiltinItems(store, {
    alias: 'main',
    uuid: 'u-1',
    block: () => ({}) as never,
    missed: () => 0,
    saving: () => state,
  })
  expect(store.item('_mainpst').value).toEqual(state)
})

test('what changes by itself is as it is when it is asked for', () => {
  const { clock, value } = start()
  clock.advance(1500)
  expect(value('clk')).toBe(1.5)
  clock.advance(1000)
  expect(value('clk')).toBe(2.5)
  const present = process.memoryUsage.rss() / 1024
  expect(Math.abs((value('mem') as number) - present)).toBeLessThan(present / 2)
})

test('the share of a processor is of the time since the last look, and not of none', () => {
  const { clock, value } = start()
  const before = value('cpu') as number
  expect(before).toBe(0)
  for (const until = process.cpuUsage().user + 20_000; process.cpuUsage().user < until;) Math.sqrt(2)
  clock.advance(1000)
  const share = value('cpu') as number
  expect(share).toBeGreaterThanOrEqual(2) // 20 ms of a second.
  clock.advance(99)
  expect(value('cpu')).toBe(share)
})

test('clocks are published only while somebody listens', async () => {
  const { clock, store } = start()
  const published: string[] = []
  store.onPublication(({ key }) => published.push(key))
  const pass = async (): Promise<void> => {
    clock.advance(1000)
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
  }
  await pass()
  const stop = store.watch('_mainclk', () => undefined)
  await pass()
  stop()
  await pass()
  expect(published).toEqual(['_mainclk'])
})

test('the catalog says nothing of them that changes from run to run', () => {
  const { store } = start()
  expect(entryOf(store.item('_mainpid').options)).not.toHaveProperty('initial')
  expect(JSON.stringify(store.items.map(({ options }) => entryOf(options)))).not.toContain(String(process.pid))
})
