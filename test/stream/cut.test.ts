import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import type { CutOptions, Hold, Supply, TrainOptions } from '../../lib/movement/index.js'
import { Cog } from '../../lib/movement/index.js'
import { cutBaseConfig } from '../../lib/stream/cut-config.js'
import { cutEnds, partitionOf } from '../../lib/stream/cut.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { withNats, type NatsServer } from '../support/nats.js'
import { has } from '../support/real-server.js'
import { Cleanups, turn, until } from '../support/supplied.js'

const settings = (...argv: string[]) => gather({ cut: cutBaseConfig }, { argv, env: {} }).cut

test('says which part or partition it can not read', () => {
  expect(cutEnds(settings(), 'app')).toBeNull()
  expect(() => cutEnds(settings('--cut.parts', 'a'), 'app')).toThrow(
    'cut.parts must be NAME:before or NAME:after: one of them is "a"',
  )
  expect(() => cutEnds(settings('--cut.parts=a:before', '--cut.parts=a:after'), 'app')).toThrow(
    'cut.parts must name a cut once: a is there twice; without any, all of it runs here',
  )
  for (const partition of ['x', '3-1', '-1'])
    expect(() => cutEnds(settings('--cut.parts=a:after', `--cut.partitions=${partition}`), 'app')).toThrow(
      /cut.partitions must be numbers and ranges/,
    )
  const ends = cutEnds(settings('--cut.parts=a:after', '--cut.partitions=4'), 'app')?.(testTrain().train)
  expect(() => ends?.at({ name: 'a', keyGetter: () => 1, partitions: 4 })).toThrow(/there is none with the number 4/)
  expect(ends?.at({ name: 'b' })).toBeNull()
  expect(() => ends?.at({ name: 'a' })).toThrow(
    /^cut.partitions are those of a cut with keys, and cut\('a'\) has none: leave them out/,
  )
})

test('keys are spread, and each is always in the same place', () => {
  const counts = new Array<number>(4).fill(0)
  for (let i = 0; i < 1000; i++) counts[partitionOf(`key ${i}`, 4)] = (counts[partitionOf(`key ${i}`, 4)] ?? 0) + 1
  expect(counts.every((count) => count > 150)).toBe(true)
  expect([partitionOf('a', 97), partitionOf(7, 97)]).toEqual([partitionOf('a', 97), partitionOf('7', 97)])
  expect(partitionOf('a', 2 ** 31)).toBe(0xe40c292c % 2 ** 31) // As FNV-1a is published.
})

if (has('nats-server')) {
  const whole = new Cleanups()
  const cleanups = new Cleanups()
  let server: NatsServer
  let apps = 0
  beforeAll(async () => {
    server = await withNats(whole)
  })
  afterEach(cleanups.run)
  afterAll(whole.run)

  interface Entry {
    readonly key: string
    readonly n: number
  }

  class Numbered extends TestSupply<unknown> {
    override identity({ first }: { first: number }, k: number): string {
      return `entry ${first + k}`
    }
  }

  /** Holds what it gets if it is told so. */
  class Gate extends Cog<Entry> {
    isShut = false
    readonly holds: Hold<Entry>[] = []

    turn(data: Entry): readonly Entry[] | null {
      if (!this.isShut) return [data]
      this.holds.push(this.train.hold(data))
      return null
    }
  }

  /** One node that runs a part of the train. */
  async function node(app: string, argv: readonly string[], options: CutOptions<Entry> = {}) {
    const argvOfAll = [`--cut.servers=${server.servers[0]}`, '--cut.retry-ms=1', '--cut.retry-max-ms=1', ...argv]
    const rig = testTrain({ cuts: cutEnds(settings(...argvOfAll), app) as NonNullable<TrainOptions['cuts']> })
    const { train } = rig
    const supply = new Numbered(train, {})
    const got: Entry[] = []
    const gate = new Gate(train, {})
    train.line(supply as Supply<unknown> as Supply<Entry>, train.cut<Entry>('middle', options), gate)
    train.onOutput((entry: Entry) => got.push(entry))
    let isStarted = false
    const running = train.run({ signals: false, onStarted: () => (isStarted = true) })
    running.catch(() => undefined)
    const stop = async () => {
      const stopped = train.stop()
      for (let i = 0; i < 20; i++) await turn()
      rig.clock.advance(train.settings.finishTimeoutMs)
      await stopped
    }
    cleanups.add(stop)
    await until(() => isStarted)
    return { ...rig, supply, gate, got, stop, running }
  }

  const entries = (count: number): Entry[] => Array.from({ length: count }, (_, n) => ({ key: `k${n % 7}`, n }))
  const app = () => `app${++apps}`

  test('the parts of a train do together what it does whole, on any number of nodes', async () => {
    const name = app()
    const first = await node(name, ['--cut.parts=middle:before'])
    const seconds = [
      await node(name, ['--cut.parts=middle:after', '--cut.in-flight-max=4']),
      await node(name, ['--cut.parts=middle:after', '--cut.in-flight-max=4']),
    ]
    first.supply.push(...entries(50))
    first.supply.push({ key: 'k', n: NaN }, new Map())
    await until(() => first.supply.acknowledged === 52)
    expect(first.dead.map(({ error }) => (error.cause as Error).message.slice(0, 30))).toEqual(
      Array(2).fill('what crosses a cut must be JSO'),
    )
    const all = () => seconds.flatMap(({ got }) => got)
    await until(() => all().length === 50)
    expect(all().sort((a, b) => a.n - b.n)).toEqual(entries(50))
    expect(first.train.accounts().find(({ cog }) => cog === 'CutDrain')).toMatchObject({ in: 52, diverted: 2 })
    const streams = await server.manager.streams.info(`deadbeat-${name}-middle`)
    expect(streams.config).toMatchObject({
      retention: 'workqueue',
      subjects: [`deadbeat.${name}.middle.*`],
      max_msgs: 1_000_000,
    })
    await until(async () => (await server.manager.streams.info(`deadbeat-${name}-middle`)).state.messages === 0)
  })

  test('data of one key stay on one node, in order, also when another one takes over', async () => {
    const [name, cut] = [app(), { keyGetter: ({ key }: Entry) => key, partitions: 4 }]
    const after = ['--cut.parts=middle:after', '--cut.lease-ms=10m'] // Longer than the time that a stop is given.
    const low = await node(name, [...after, '--cut.partitions=0-1'], cut)
    const info = () => server.manager.streams.info(`deadbeat-${name}-middle`).catch(() => null)
    await until(info) // Whoever comes first makes it of all partitions.
    const first = await node(name, ['--cut.parts=middle:before'], cut)
    first.supply.push(...entries(70))
    await until(() => first.supply.acknowledged === 70)
    const high = await node(name, [...after, '--cut.partitions=2', '--cut.partitions=3'], cut)
    await until(() => low.got.length + high.got.length === 70)
    const keysOf = ({ got }: { got: readonly Entry[] }) => [...new Set(got.map(({ key }) => key))]
    expect(keysOf(low).filter((key) => keysOf(high).includes(key))).toEqual([])
    expect(keysOf(low).every((key) => partitionOf(key, 4) < 2)).toBe(true)
    high.gate.isShut = true
    first.supply.push(...entries(70).map(({ key, n }) => ({ key, n: n + 70 })))
    const mine = entries(70).filter(({ key }) => partitionOf(key, 4) >= 2).length
    await until(() => high.gate.holds.length === mine)
    await high.stop()
    const next = await node(name, [...after, '--cut.partitions=2-3'], cut)
    await until(() => {
      next.clock.advance(100) // It may have asked before the other one had let them go.
      return next.got.length === mine
    })
    for (const got of [low.got, high.got, next.got])
      for (const key of keysOf({ got })) {
        const ns = got.filter((entry) => entry.key === key).map(({ n }) => n)
        expect(ns).toEqual([...ns].sort((a, b) => a - b))
      }
  })

  test('the first part waits when too much lies between them', async () => {
    const name = app()
    const first = await node(name, [
      '--cut.parts=middle:before',
      '--cut.messages-max=30',
      '--cut.buffer-max=1000',
      '--cut.window-max=5',
    ])
    first.supply.push(...entries(100))
    await until(() => first.log.some(({ message }) => message.includes('maximum messages exceeded')))
    expect(first.supply.paused).toBe(true)
    const second = await node(name, ['--cut.parts=middle:after'])
    await until(() => {
      first.clock.advance(1)
      return second.got.length === 100
    })
    await until(() => first.supply.acknowledged === 100)
  })

  test('what is no JSON between the parts fails alone', async () => {
    const name = app()
    const { got, dead } = await (async () => {
      await server.manager.streams.add({
        name: `deadbeat-${name}-middle`,
        subjects: [`deadbeat.${name}.middle.*`],
        retention: 'workqueue',
      } as never)
      await server.nc.request(`deadbeat.${name}.middle.0`, '{')
      await server.nc.request(`deadbeat.${name}.middle.0`, '{"key":"a","n":1}')
      return node(name, ['--cut.parts=middle:after'])
    })()
    await until(() => got.length === 1 && dead.length === 1)
    expect(dead[0]).toMatchObject({ cog: 'CutSupply', data: '{' })
  })
}
