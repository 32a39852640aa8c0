import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Item, Store, type ItemOptions, type ItemRequest, type Reading } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

function start<T>(options: ItemOptions<T>) {
  const clock = new ManualClock()
  const store = new Store('lamp', new Escapement({ clock }))
  const heard: [T | null, number][] = []
  const item = new Item<T>(store, 'level', options)
  return { clock, store, item, heard, hear: (value: T | null, timeMs: number) => heard.push([value, timeMs]) }
}

test('listeners hear each new value once, with its time, until they stop', () => {
  const { item, clock, heard, hear } = start<number>({ type: 'numeric' })
  const stop = item.subscribe(hear)
  expect(item.value).toBeNull()
  item.publish(1)
  clock.advance(5)
  item.publish(1)
  item.publish(2)
  item.publish(3, { timestamp: 7 })
  stop()
  stop()
  item.publish(4)
  const wall = heard[0]?.[1] ?? 0
  expect(heard).toEqual([
    [1, wall],
    [2, wall + 5],
    [3, 7000],
  ])
  expect(item.value).toBe(4)
})

test('values are compared by what they hold', () => {
  const { item, heard, hear } = start<object>({ type: 'json', initial: { a: [1] } })
  item.subscribe(hear)
  item.publish({ a: [1] })
  item.publish({ a: [2] })
  expect(heard.map(([value]) => value)).toEqual([{ a: [2] }])
})

test('a stream tells each of its values, also the same one twice, and keeps none', () => {
  const { item, heard, hear } = start<number>({ type: 'numeric', isStream: true })
  item.subscribe(hear)
  item.publish(1)
  item.publish(1)
  expect([heard.length, item.value]).toEqual([2, null])
})

test('it is set one after the other, each answered with the value that was accepted', async () => {
  const order: unknown[] = []
  const { item } = start<number>({
    type: 'numeric',
    accept: async (value) => {
      order.push(`begin ${String(value)}`)
      await Promise.resolve()
      order.push(`end ${String(value)}`)
      return Math.min(Number(value), 10)
    },
  })
  expect(await Promise.all([item.set(3), item.set(12)])).toEqual([3, 10])
  expect([order, item.value]).toEqual([['begin 3', 'end 3', 'begin 12', 'end 12'], 10])
})

test('a value that is refused says why, and those behind it have their turn', async () => {
  const { item } = start<number>({
    type: 'numeric',
    accept: (value) => {
      if (value === 13) throw new TypeError('it must be another number')
      return Number(value)
    },
  })
  const [refused, set] = [item.set(13), item.set(2)]
  await expect(refused).rejects.toMatchObject({
    code: 'ERR_ITEM_VALUE',
    message: 'cannot set level: it must be another number',
  })
  expect(await set).toBe(2)
})

test('what only shows can not be set', async () => {
  const { item } = start<number>({ type: 'numeric', compute: () => 1 })
  await expect(item.set(1)).rejects.toMatchObject({ code: 'ERR_READ_ONLY' })
})

test('what is computed is computed when asked, and told when it is looked at', () => {
  let now = 1
  const { item, heard, hear } = start<number>({ type: 'numeric', compute: () => now })
  expect(item.value).toBe(1)
  item.refresh()
  const stop = item.subscribe(hear)
  item.refresh()
  now = 2
  item.refresh()
  stop()
  now = 3
  item.refresh()
  expect([heard.map(([value]) => value), item.value]).toEqual([[2], 3])
})

test('whoever makes it is told whether anybody listens', () => {
  const told: boolean[] = []
  const { item, hear } = start<number>({ type: 'numeric', onHeard: (isHeard) => told.push(isHeard) })
  const stops = [item.subscribe(hear), item.subscribe(() => undefined)]
  for (const stop of stops) stop()
  item.subscribe(hear)
  expect(told).toEqual([true, false, true])
})

test('a secret is shown to nobody', () => {
  const { item } = start<string>({ type: 'string', initial: 'x', isSecret: true })
  expect([item.value, item.shown]).toEqual(['x', '***'])
})

test('it describes itself', () => {
  const { item } = start<string>({ type: 'string', doc: 'Its colour.', choices: ['red'], accept: String })
  expect(item.describe()).toEqual({
    ...{ key: 'level', type: 'string', doc: 'Its colour.', units: null, choices: ['red'], isSettable: true },
    ...{ isStream: false, range: null },
  })
})

test('null clears it, and a repeat is told and kept even if it is nothing new', () => {
  const { item, heard, hear } = start<number>({ type: 'numeric' })
  item.subscribe(hear)
  item.publish(1, { timestamp: 1 })
  item.publish(1, { timestamp: 2 })
  expect([item.value, item.time]).toEqual([1, 1])
  item.publish(1, { timestamp: 3, repeat: true })
  item.publish(2, { timestamp: 4, repeat: true })
  expect([item.value, item.time]).toEqual([2, 4])
  item.publish(null, { timestamp: 5 })
  expect([item.value, item.time]).toEqual([null, 5])
  expect(heard).toEqual([
    [1, 1000],
    [1, 3000],
    [2, 4000],
    [null, 5000],
  ])
  expect(() => item.publish(undefined as unknown as number)).toThrow('null clears it')
  expect(() => item.publish(1, { timestamp: NaN })).toThrow(/timestamp of lamp.level must be in seconds/)
})

test('a list that is changed and published again is a new value', () => {
  const { item, heard, hear } = start<number[]>({ type: 'numeric array' })
  item.subscribe(hear)
  const list = [1]
  item.publish(list)
  list.push(2)
  expect(item.value).toEqual([1])
  item.publish(list)
  expect(heard.map(([value]) => value)).toEqual([[1], [1, 2]])
})

test('numbers in an array are compared one by one, and so are those that are none', () => {
  const { item, heard, hear } = start<Float32Array>({ type: 'bulk' })
  item.subscribe(hear)
  for (const values of [[1], [3], [3], [NaN], [NaN], [NaN, NaN]]) item.publish(Float32Array.from(values))
  expect(heard.length).toBe(4)
})

test('assigning a value publishes it', () => {
  const { item, heard, hear } = start<number>({ type: 'numeric' })
  item.subscribe(hear)
  item.value = 4
  expect([item.value, heard.length]).toEqual([4, 1])
})

test('the value that is known comes first if that is wanted', () => {
  const { item, heard, hear } = start<number>({ type: 'numeric' })
  item.subscribe(hear, { prime: true })
  item.publish(1)
  item.subscribe(hear, { prime: true })
  expect(heard.map(([value]) => value)).toEqual([1, 1])
})

class Thermometer extends Item<number> {
  reading: Reading<number> | null = null
  fault: Error | null = null
  looks = 0

  override reqRefresh(): Reading<number> | null {
    this.looks++
    if (this.fault !== null) throw this.fault
    return this.reading
  }
}

function startThermometer() {
  const clock = new ManualClock({ wallMs: 50_000 })
  const store = new Store('oven', new Escapement({ clock }))
  const failed: string[] = []
  store.onError(({ message }, { key }) => failed.push(`${key}: ${message}`))
  const item = new Thermometer(store, 'temperature', { type: 'numeric', units: 'deg C' })
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await turnOfNode()
  }
  return { store, item, failed, pass }
}

test('a refresh finds out what it is; nothing new leaves what is known, and null clears it', async () => {
  const { item } = startThermometer()
  expect([await item.get(), item.state]).toEqual([null, 'unknown'])
  expect([await item.read({ refresh: true }), item.looks]).toEqual([{ value: null, time: 50 }, 2])
  item.reading = { value: 20, time: 7 }
  expect([await item.read({ refresh: true }), item.state]).toEqual([{ value: 20, time: 7 }, 'live'])
  item.reading = { value: 20, time: 9 }
  expect([await item.read({ refresh: true }), await item.read()]).toEqual([
    { value: 20, time: 9 },
    { value: 20, time: 7 }, // When it last changed.
  ])
  item.reading = null
  expect([await item.get({ refresh: true }), item.looks]).toEqual([20, 5])
  item.reading = { value: null, time: 11 }
  expect([await item.get({ refresh: true }), item.value]).toEqual([null, null])
})

test('a poll that fails is told once and leaves the value stale until one succeeds', async () => {
  const { item, failed, pass } = startThermometer()
  item.reading = { value: 20, time: 7 }
  item.poll(1)
  await pass(0)
  expect([item.value, item.state]).toEqual([20, 'live'])
  item.fault = new Error('no answer')
  await pass(1000)
  await pass(1000)
  expect([item.value, item.state, failed]).toEqual([20, 'stale', ['temperature: no answer']])
  item.fault = null
  await pass(1000)
  expect(item.state).toBe('live')
  item.fault = new Error('no answer')
  await pass(1000)
  expect(failed.length).toBe(2)
  item.poll(null)
  const { looks } = item
  await pass(5000)
  expect(item.looks).toBe(looks)
})

test('its state is told when it changes: also where the value stays, and where nobody polls', async () => {
  const { item } = start<number>({})
  const states: string[] = []
  const stop = item.onState((state) => states.push(state))
  item.publish(3)
  item.publish(4)
  item.markStale()
  item.markStale()
  item.publish(4)
  item.reqRefresh = () => Promise.reject(new Error('unplugged'))
  await expect(item.get({ refresh: true })).rejects.toThrow('unplugged')
  expect(await item.read()).toMatchObject({ value: 4, isStale: true })
  item.reqRefresh = () => ({ value: 4, time: 9 })
  expect(await item.get({ refresh: true })).toBe(4)
  expect(await item.read()).not.toHaveProperty('isStale')
  stop()
  item.markStale()
  expect(states).toEqual(['live', 'stale', 'live', 'stale', 'live'])
})

test('it is looked for anew when another item changes, until that is stopped or one of them is taken out', async () => {
  const { store, item } = startThermometer()
  const other = new Item<number>(store, 'door')
  const stop = item.watch(other)
  other.publish(1)
  await turnOfNode()
  expect(item.looks).toBe(1)
  stop()
  other.publish(2)
  item.watch(other)
  store.remove([item])
  other.publish(3)
  await turnOfNode()
  expect([item.looks, other.isHeard]).toEqual([1, false])
})

test('a deadline holds for a GET, too', async () => {
  const clock = new ManualClock()
  const store = new Store('oven', new Escapement({ clock }))
  class Slow extends Item<number> {
    override reqRefresh(): Promise<null> {
      return new Promise(() => undefined)
    }
  }
  const slow = new Slow(store, 'slow').get({ refresh: true, deadlineMs: 10 })
  await turnOfNode()
  clock.advance(10)
  await expect(slow).rejects.toMatchObject({ code: 'ERR_DEADLINE', message: /^cannot get oven.slow/ })
})

test('what is only set can not be read', async () => {
  const { item } = start<string>({ type: 'string', gettable: false })
  expect(await item.set('x')).toBe('x')
  await expect(item.get()).rejects.toMatchObject({ code: 'ERR_WRITE_ONLY' })
})

test('a name that would be taken for a pattern, or not be seen, is none', () => {
  const { store } = start({})
  for (const key of ['', 'a b', 'a*', 'a?', 'a\n'])
    expect(() => new Item(store, key)).toThrow(/a key must have no spaces/)
})

test('its publications may go elsewhere than to the transports of its store', () => {
  const own: unknown[] = []
  const { store, item } = start<number>({ pub: (reading) => own.push(reading) })
  const all: unknown[] = []
  store.onPublication(({ key }) => all.push(key))
  item.publish(1, { timestamp: 2 })
  expect([own, all]).toEqual([[{ value: 1, time: 2 }], []])
})

test('a SET takes labels and keeps the rules of the description', async () => {
  const { item } = start<number>({ type: 'enumerated', enumerators: { 0: 'off', 1: 'on' }, nullable: true })
  expect([await item.set('ON'), item.formatted, await item.set(null), item.formatted]).toEqual([1, 'on', null, ''])
  await expect(item.set('broken')).rejects.toMatchObject({
    ...{ code: 'ERR_ITEM_VALUE', message: 'cannot set level: must be one of 0 (off), 1 (on): it is "broken"' },
  })
})

test('what people write is read, and what they read is what they would write', () => {
  const units = { '': 'rad', formatted: 'deg' }
  const { item } = start<number>({ type: 'numeric', units, format: '%d:%02d:%02d' })
  item.formatted = '-0:30:00'
  expect([item.value, item.formatted, item.describe().units]).toEqual([-Math.PI / 360, '-0:30:00', 'deg'])
  expect(() => (item.formatted = 'half')).toThrow('must be a number: it is "half"')
  const secret = start<string>({ type: 'string', isSecret: true, initial: 'x' }).item
  expect(secret.formatted).toBe('***')
})

test('of numbers with labels the labels are what it may be', () => {
  const { item } = start({ type: 'mask', enumerators: { 0: 'hot', 1: 'late' } })
  expect(item.describe().choices).toEqual(['hot', 'late'])
})

test('what is computed has the time at which it was first seen to be so, and a look takes no news from who listens', async () => {
  let now = 1
  const { item, heard, hear, clock } = start<number>({ type: 'numeric', compute: () => now })
  const since = (await item.read()).time
  clock.advance(5_000)
  expect(await item.read()).toEqual({ value: 1, time: since })
  item.subscribe(hear)
  expect(await item.read({ refresh: true })).toEqual({ value: 1, time: since })
  now = 2
  expect(await item.read()).toEqual({ value: 2, time: since + 5 })
  clock.advance(1_000)
  item.refresh()
  expect([await item.read(), heard]).toEqual([{ value: 2, time: since + 5 }, [[2, since * 1000 + 5000]]])
})

test('what can not be computed is told once, and keeps nobody from what else there is', () => {
  const failed: string[] = []
  let isBroken = true
  const { store, item, heard, hear } = start<number>({
    compute: () => {
      if (isBroken) throw new Error('no sensor')
      return 1
    },
  })
  store.onError(({ message }) => failed.push(message))
  item.subscribe(hear)
  item.refresh()
  expect([failed, item.state]).toEqual([['no sensor'], 'stale'])
  isBroken = false
  item.refresh()
  expect([heard.map(([value]) => value), item.state, failed.length]).toEqual([[1], 'live', 1])
})

test('one that was taken out is heard by its own listeners only', () => {
  const { store, item, heard, hear } = start<number>({})
  const published: unknown[] = []
  store.onPublication((_, value) => published.push(value))
  item.subscribe(hear)
  store.remove([item])
  item.publish(1)
  expect([heard.length, published]).toEqual([1, []])
})

test('any JSON is published when it is another than before, and only then', () => {
  const change = fc.record({ value: fc.jsonValue({ maxDepth: 2 }), isSame: fc.boolean() })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      const { item, heard, hear } = start({})
      item.subscribe(hear)
      const values: unknown[] = []
      for (const { value, isSame } of changes) values.push(isSame && values.length > 0 ? values.at(-1) : value)
      const plain = values.map((value) => JSON.stringify(value)) // A zero has no sign there.
      for (const text of plain) item.publish(JSON.parse(text))
      const expected = plain.filter(
        (text, i) => i === 0 || !isDeepStrictEqual(JSON.parse(text), JSON.parse(plain[i - 1] ?? '')),
      )
      expect(heard.map(([value]) => JSON.stringify(value))).toEqual(expected)
    }),
  )
})

test('nothing is looked for any more once it is taken out', async () => {
  const { store, item, pass } = startThermometer()
  item.poll(1)
  await pass(1000)
  const { looks } = item
  store.remove([item])
  await pass(5000)
  expect(item.looks).toBe(looks)
})

test('a description that can not be kept is told when the item is made', () => {
  const { store } = start({})
  const make = (options: ItemOptions) => (): unknown => new Item(store, 'other', options)
  expect(make({ type: 'numeric', format: '%y' })).toThrow('lamp.other: format must have fields of printf')
  expect(make({ type: 'string', pattern: '(?=a)' })).toThrow('lamp.other: pattern must be a regular expression of re2')
  expect(store.has('other')).toBe(false)
})

test('one that knows how to look, and never has, looks when it is read; then what it knows is enough', async () => {
  const { store } = start({})
  let looks = 0
  class Sensor extends Item<number> {
    override reqRefresh(): Reading<number> {
      looks += 1
      return { value: looks === 2 ? null : 20 + looks, time: 100 + looks }
    }
  }
  const sensor = new Sensor(store, 'sensor', { type: 'numeric' })
  expect(await sensor.read()).toEqual({ value: 21, time: 101 })
  expect(await sensor.get()).toBe(21)
  expect(await sensor.get({ refresh: true })).toBeNull()
  expect([await sensor.get(), looks]).toEqual([null, 2]) // Cleared is known.
})

test('looks at the same time are one, but none that began before it was set', async () => {
  const { store, heard } = start<number>({})
  const looks: ((value: number) => void)[] = []
  class Sensor extends Item<number> {
    override reqRefresh(): Promise<Reading<number>> {
      return new Promise((resolve) => looks.push((value) => resolve({ value, time: looks.length })))
    }
  }
  const sensor = new Sensor(store, 'sensor', { type: 'numeric' })
  sensor.subscribe((value) => heard.push([value, 0]))
  const both = Promise.all([sensor.get({ refresh: true }), sensor.get()])
  await turnOfNode()
  looks[0]?.(1)
  expect([await both, looks.length, heard.length]).toEqual([[1, 1], 1, 1])

  const early = sensor.get({ refresh: true })
  await turnOfNode()
  await sensor.set(5)
  const late = sensor.get({ refresh: true })
  await turnOfNode()
  expect(looks).toHaveLength(3)
  looks[2]?.(6)
  expect(await late).toBe(6)
  looks[1]?.(1)
  expect(await early).toBe(1)
})

test('a look that fails when it is read for the first time is told to who reads', async () => {
  const { store } = start({})
  class Sensor extends Item<number> {
    override reqRefresh(): never {
      throw new Error('the sensor is away')
    }
  }
  await expect(new Sensor(store, 'sensor').get()).rejects.toThrow('the sensor is away')
})

test('as text it says its name and its value as people read it, and no secret', () => {
  const { item } = start<number>({ type: 'numeric', format: '%.1f', units: 'V' })
  expect(String(item)).toBe('lamp.level = null (unknown)')
  item.publish(3)
  expect(String(item)).toMatch(/^lamp\.level = 3\.0/)
  item.markStale()
  expect(String(item)).toMatch(/ \(stale\)$/)
  const { item: secret } = start<string>({ type: 'string', isSecret: true, initial: 'hush' })
  expect(String(secret)).not.toContain('hush')
})

test('what is known is read at once, and what is done at once is set at once: without a promise', async () => {
  const { store, item } = start<number>({ type: 'numeric', initial: 1, accept: (value) => Math.min(Number(value), 10) })
  expect([item.readNow()?.value, item.readNow(true), item.setNow(12), item.readNow()?.value]).toEqual([1, null, 10, 10])
  expect(() => item.setNow('a')).toThrow('cannot set level')
  const shown = new Item(store, 'shown', { settable: false, gettable: false })
  expect(() => shown.setNow(1)).toThrow("shown can't be set")
  expect(() => shown.readNow()).toThrow("lamp.shown can't be read")
  class Asked extends Item<number> {
    override reqGet() {
      return Promise.resolve({ value: 5, time: 1 })
    }
  }
  const asked = new Asked(store, 'asked', { initial: 1 })
  expect([asked.readNow(), await asked.get()]).toEqual([null, 5])
})

test('what a listener sets or publishes goes out behind what it heard, and the last that goes out is what holds', async () => {
  const { store, item } = start<number>({ type: 'numeric' })
  const other = new Item<number>(store, 'other', { type: 'numeric' })
  const sent: unknown[] = []
  store.onPublication(({ key }, value) => sent.push([key, value]))
  item.subscribe((value) => {
    if (value === 1) void item.set(2)
    if (value === 2) item.publish(3)
    if (value === 3) void other.set(4)
  })
  item.publish(1)
  expect(sent).toEqual([
    ['level', 1],
    ['level', 2],
    ['level', 3],
    ['other', 4],
  ])
  expect([item.value, await other.get()]).toEqual([3, 4])
})

test('a copy of what an own method was asked has the signal, too', async () => {
  const copies: ItemRequest[] = []
  class Lamp extends Item<number> {
    override reqGet(request: ItemRequest): Promise<Reading<number> | null> {
      copies.push({ ...request })
      return super.reqGet({ ...request, refresh: true })
    }
    override reqSet(request: ItemRequest): unknown {
      copies.push({ ...request, value: 3 })
      return super.reqSet(request)
    }
  }
  const item = new Lamp(new Store('lamp', new Escapement({ clock: new ManualClock() })), 'level', { type: 'numeric' })
  await item.set(2, { deadlineMs: 50 })
  await item.get()
  expect(copies).toMatchObject([
    { type: 'SET', value: 3, deadlineMs: 50, signal: { aborted: false } },
    { type: 'GET', refresh: false, deadlineMs: null, signal: { aborted: false } },
  ])
})
