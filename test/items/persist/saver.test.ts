import { expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions, type ItemRequest, type Persistence } from '../../../lib/items/index.js'
import { PersistMemory } from '../../../lib/items/persist/memory.js'
import { Saver, type SaverOptions } from '../../../lib/items/persist/saver.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { PLACE } from './contract.js'

/** A motor, which says what it was set to, and what doesn't suit it. */
class Motor extends Item<number> {
  readonly asked: unknown[] = []

  override validate(value: number | null): number | null {
    if (value !== null && !(value < 100)) throw new RangeError(`a position must be below 100: it is ${value}`)
    return value
  }

  override reqSet({ value }: ItemRequest): unknown {
    this.asked.push(value)
    if (value === 13) throw new Error('it does not answer')
    return undefined
  }
}

function start(memory = new PersistMemory(), options: Partial<SaverOptions> = {}) {
  const clock = new ManualClock({ wallMs: 1_000_000 })
  const esc = new Escapement({ clock })
  const lines: string[] = []
  const log = lineLogger({}, (line) => lines.push(line))
  const store = new Store('lamp', esc)
  const saver = new Saver({ store, persistence: memory.of(PLACE), esc, log, ...options })
  const add = (key: string, about: ItemOptions = { persist: true }): Item => new Item(store, key, about)
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
  }
  return { memory, store, saver, add, lines, pass }
}

/** What the memory has, taken by nobody. */
async function kept(memory: PersistMemory): Promise<Record<string, unknown>> {
  const place = memory.of(PLACE)
  const found = await place.load()
  await place.close()
  return Object.fromEntries([...found].map(([key, text]) => [key, JSON.parse(text)]))
}

async function having(values: Record<string, string>): Promise<PersistMemory> {
  const memory = new PersistMemory()
  await memory.of(PLACE).save(new Map(Object.entries(values)))
  return memory
}

test('the next run has value and time of what is persistent, and of nothing else', async () => {
  const { memory, saver, add } = start()
  const [level, other, gone] = [add('Level'), add('other', {}), add('gone')]
  await saver.load()
  level.publish(7, { timestamp: 100.5 })
  other.publish(8)
  gone.publish(1)
  gone.publish(null, { timestamp: 101 })
  await saver.close()
  const next = start(memory)
  const told: unknown[] = []
  const [again, none, cleared] = [next.add('level', { persist: true, initial: 7 }), next.add('other', {}), next.add('gone', { persist: true, initial: 3 })] // prettier-ignore
  next.store.onPublication((item, value, timeMs) => told.push([item.key, value, timeMs]))
  await next.saver.load()
  expect([again.value, again.time, none.value, cleared.value, cleared.time]).toEqual([7, 100.5, null, null, 101])
  expect(told).toEqual([['level', 7, 100_500], ['gone', null, 101_000]]) // prettier-ignore
  expect(next.saver.state.unsaved).toBe(0)
  await next.saver.close()
  expect(await kept(memory)).toEqual({ level: { value: 7, time: 100.5 }, gone: { value: null, time: 101 } })
})

test('a change is saved while the daemon runs, and a later one too', async () => {
  const { memory, saver, add, pass } = start()
  const level = add('level')
  await saver.load()
  level.publish(1)
  await pass(1000)
  level.publish(2)
  await pass(500)
  expect(saver.state).toMatchObject({ unsaved: 1, savedTime: 1001 })
  await pass(500)
  expect(saver.state).toMatchObject({ unsaved: 0, savedTime: 1002 })
  level.publish(3)
  await saver.flush()
  await saver.close()
  level.publish(4)
  await pass(5000)
  expect(await kept(memory)).toEqual({ level: { value: 3, time: 1002 } })
})

test('a value comes back without a SET, unless the item asks for one', async () => {
  const memory = await having({ quiet: '{"value":5,"time":1}', moved: '{"value":6,"time":1}' })
  const { store, saver } = start(memory)
  const quiet = new Motor(store, 'quiet', { persist: true })
  const moved = new Motor(store, 'moved', { persist: { restore: 'set' } })
  await saver.load()
  expect([quiet.asked, quiet.value, quiet.time]).toEqual([[], 5, 1])
  expect([moved.asked, moved.value, moved.time]).toEqual([[6], 6, 1000])
  await saver.close()
})

test('what can not be set to its saved value keeps its own, and the saved one stays', async () => {
  const memory = await having({ moved: '{"value":13,"time":1}' })
  const { store, saver, lines } = start(memory)
  const moved = new Motor(store, 'moved', { persist: { restore: 'set' }, initial: 4 })
  await saver.load()
  expect(moved.value).toBe(4)
  expect(lines[0]).toMatch(/^WARN lamp\.moved could not be set to its saved value, which stays saved err=.*answer/)
  await saver.close()
  expect(await kept(memory)).toEqual({ moved: { value: 13, time: 1 } })
})

test('what nobody may set has its value back all the same, also where a SET was asked for', async () => {
  const memory = await having({ count: '{"value":5,"time":1}', other: '{"value":6,"time":2}' })
  const { saver, add } = start(memory)
  const count = add('count', { persist: true, settable: false })
  const other = add('other', { persist: { restore: 'set' }, settable: false })
  await saver.load()
  expect([count.value, count.time, other.value, other.time]).toEqual([5, 1, 6, 2])
  await saver.close()
})

test.each([
  ['that the item refuses', '{"value":100,"time":1}', /a position must be below 100: it is 100/],
  ['that is no JSON', '{"value":', /must be JSON/],
  ['without a time', '{"value":1}', /must have the time/],
])('a value %s is put aside, the usual one stays, and a later one is saved', async (_, text, why) => {
  const memory = await having({ level: text })
  const { store, saver, lines, pass } = start(memory)
  const level = new Motor(store, 'level', { persist: true, initial: 3 })
  await saver.load()
  expect(level.value).toBe(3)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^WARN the saved value of lamp\.level is not used, but kept in memory \(lamp\.main\), aside/)
  expect(lines[0]).toMatch(why)
  level.publish(4)
  await pass(1000)
  await saver.close()
  expect(await kept(memory)).toEqual({ level: { value: 4, time: 1000 } })
})

test('values of items that are not there are kept', async () => {
  const memory = await having({ old: '{"value":5,"time":1}', __proto__x: 'odd', other: '{"value":1,"time":1}' })
  const { saver, add, pass } = start(memory)
  add('other', {}).publish(3)
  const level = add('level')
  await saver.load()
  level.publish(1)
  await pass(1000)
  await saver.close()
  expect([...(await memory.of(PLACE).load()).keys()].sort()).toEqual(['__proto__x', 'level', 'old', 'other'])
})

test('what JSON can not hold is told once, and keeps nothing else from being saved', async () => {
  const { memory, saver, add, lines, pass } = start(undefined, { valueBytesMax: 100 })
  const [bad, good, long] = [add('bad', { persist: { durable: true } }), add('good'), add('long')]
  await saver.load()
  bad.publish(1)
  await pass(1000)
  bad.publish(NaN)
  good.publish(2)
  long.publish('x'.repeat(100))
  await pass(1000)
  await expect(saver.saved(bad)).rejects.toMatchObject({ code: 'ERR_NOT_SAVED' })
  bad.publish(Infinity)
  await pass(1000)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^WARN the value of lamp\.bad is not saved err=.*NaN/)
  expect(lines[1]).toMatch(
    /^WARN the value of lamp\.long is not saved err=.*must have at most valueBytesMax \(100\) bytes/,
  )
  expect(saver.state).toMatchObject({ unsaved: 0, trouble: null })
  bad.publish(3)
  await saver.saved(bad)
  await saver.close()
  expect(await kept(memory)).toEqual({ bad: { value: 3, time: 1003 }, good: { value: 2, time: 1001 } })
})

test('who sets a durable item waits until it is saved; who sets another one does not', async () => {
  const { memory, saver, add } = start()
  const [safe, quick, other] = [add('safe', { persist: { durable: true } }), add('quick'), add('other', {})]
  await saver.load()
  await quick.set(1)
  await saver.saved(quick)
  await other.set(2)
  await saver.saved(other)
  expect(saver.state.unsaved).toBe(1)
  await safe.set(3)
  expect(saver.state.unsaved).toBe(2)
  await saver.saved(safe)
  expect(saver.state.unsaved).toBe(0) // What else had changed went with it.
  await saver.close()
  expect(Object.keys(await kept(memory)).sort()).toEqual(['quick', 'safe'])
})

test('a durable value that can not be saved is told to who set it', async () => {
  const broken: Persistence = {
    name: 'a disk',
    load: () => Promise.resolve(new Map()),
    save: () => Promise.reject(new Error('no space left')),
    putAside: () => Promise.resolve(''),
    close: () => Promise.resolve(),
  }
  const { saver, add, lines, pass } = start(undefined, { persistence: broken })
  const level = add('level', { persist: { durable: true } })
  await saver.load()
  await level.set(5)
  await expect(saver.saved(level)).rejects.toMatchObject({
    code: 'ERR_NOT_SAVED',
    message: 'level has its new value, but that is not saved: no space left',
  })
  expect([level.value, saver.state.trouble]).toEqual([5, 'no space left'])
  const closing = saver.close()
  await pass(5000)
  await closing
  expect(lines.at(-1)).toMatch(/^ERROR the last values were not saved/)
})

test('what is computed is saved as it changes, and set back; what is only computed, a stream or followed is not', async () => {
  const { memory, saver, add, pass } = start()
  let counter = 0
  const accept = (value: unknown): void => void (counter = value as number)
  const counted = { persist: true, compute: () => counter, accept }
  add('counter', counted)
  add('sum', { persist: true, compute: () => counter + 1 })
  add('tap', { persist: true, isStream: true }).publish(3)
  const own: unknown[] = []
  const routed = add('routed', { persist: true, pub: (reading) => own.push(reading) })
  await saver.load()
  counter = 5
  await pass(1000)
  await pass(1000)
  routed.publish(8)
  counter = 6
  await saver.close()
  expect(await kept(memory)).toEqual({
    counter: { value: 6, time: expect.any(Number) },
    routed: { value: 8, time: 1002 },
  })
  counter = 0
  const next = start(memory)
  next.add('counter', counted)
  await next.saver.load()
  expect(counter).toBe(6)
  await next.saver.close()
})

test('an item that fails to compute its value keeps no others from being saved', async () => {
  const { memory, saver, add, store, pass } = start()
  store.onError(() => undefined)
  let isBroken = false
  const compute = (): number => {
    if (isBroken) throw new Error('no sensor')
    return 1
  }
  const broken = add('broken', { persist: true, compute, accept: () => 1 })
  const good = add('good')
  await saver.load()
  broken.publish(2)
  good.publish(2)
  isBroken = true
  await pass(1000)
  expect(saver.state).toMatchObject({ unsaved: 0, trouble: null })
  await saver.close()
  expect(Object.keys(await kept(memory))).toEqual(['good'])
})

test('a daemon whose place is taken does not start', async () => {
  const { memory, saver } = start()
  await saver.load()
  await expect(start(memory).saver.load()).rejects.toMatchObject({ code: 'ERR_IN_USE' })
  await saver.close()
})

test('what is published while values are loaded takes no saved value away', async () => {
  const memory = await having({ motor: '{"value":7,"time":5}', level: '{"value":42,"time":5}' })
  const { store, saver, add, pass } = start(memory, { restoreMs: 60_000 })
  add('motor', { persist: { restore: 'set' }, accept: () => new Promise<never>(() => undefined) })
  const level = add('level')
  const fresh = add('fresh')
  const loading = saver.load()
  await pass(0)
  level.publish(0)
  fresh.publish(1)
  await pass(20_000)
  expect(saver.state.unsaved).toBe(0)
  await pass(60_000)
  await loading
  expect(store.item('level').value).toBe(42)
  await saver.close()
  expect(await kept(memory)).toMatchObject({ level: { value: 42, time: 5 }, fresh: { value: 1 }, motor: { value: 7 } })
})

test('what was published while its saved value was put aside is saved', async () => {
  const memory = await having({ motor: '{"value":7,"time":5}', level: 'nonsense' })
  const { saver, add, pass } = start(memory, { restoreMs: 10 })
  add('motor', { persist: { restore: 'set' }, accept: () => new Promise<never>(() => undefined) })
  const level = add('level')
  const loading = saver.load()
  await pass(0)
  level.publish(3)
  await pass(20)
  await loading
  await saver.close()
  expect(await kept(memory)).toMatchObject({ level: { value: 3 } })
})
