import { expect, test } from '@jest/globals'
import { Faults } from '../../../lib/testing/check/faults.js'
import { Life, type LifeOptions } from '../../../lib/testing/check/life.js'
import { KeptRecord } from '../../../lib/testing/check/kept-record.js'
import { ITEMS, Recall, Wait, type Item } from './cogs.js'

const copies = () => ITEMS.map((item) => ({ ...item }))

function start(options: Partial<LifeOptions> = {}) {
  const faults = new Faults()
  const plain = { make: (train) => new Wait(train, {}), seed: 1, isCompiled: true, isListening: true, isDelaying: false, isText: false } satisfies Partial<LifeOptions> // prettier-ignore
  const more = { cameOf: null, waitMs: 0, store: null, nowMs: 1000, isRestored: false, outputs: [], failures: [] }
  const life = new Life({ ...plain, ...more, inputs: copies(), originals: copies(), ...options }, faults)
  return { life, faults: faults.list }
}

const numbers = ({ outcome }: Life) => (outcome.outputs as Item[]).map(({ n }) => n).sort((a, b) => a - b)

test('what is put comes out in its time, and at the end all is over', async () => {
  const { life, faults } = start()
  await life.begin()
  await life.step({ count: 4, delayMs: 0 })
  expect(life.accounts.heldBy(life.stages[0]!).held).toBe(3)
  await life.step({ count: 20, delayMs: 100 })
  expect(life.clock.now()).toBe(1100)
  await life.end('ended')
  expect([faults, numbers(life)]).toEqual([[], ITEMS.map(({ n }) => n)])
  expect(life.counts).toMatchObject({ arrived: 12, departed: 12 })
})

test('a stop ends it, too, with what was put', async () => {
  const { life, faults } = start()
  await life.begin()
  await life.step({ count: 4, delayMs: 0 })
  await life.end('stopped')
  expect([faults, numbers(life)]).toEqual([[], [0, 1, 2, 3]])
})

test('another goes on where one was killed, and of the killed one nothing is left', async () => {
  const listeners = process.listenerCount('beforeExit')
  const make: LifeOptions['make'] = (train) => new Recall(train, {})
  const store = new KeptRecord()
  const { life } = start({ make, store })
  await life.begin()
  await life.step({ count: 5, delayMs: 0 })
  await life.cut()
  const { text } = store
  await life.kill()
  expect([store.text, process.listenerCount('beforeExit')]).toEqual([text, listeners])
  const outputs = life.outcome.outputs.slice(0, 1)
  const other = start({ make, store: new KeptRecord(text), outputs, isRestored: true, nowMs: life.clock.now() })
  await other.life.begin()
  expect(other.life.restoredBy(other.life.stages[0]!)).toBe(2)
  await other.life.step({ count: 20, delayMs: 0 })
  await other.life.end('ended')
  expect([other.faults, outputs.flat()]).toEqual([[], ITEMS])
})

test('promises of its cogs are kept late where that is said', async () => {
  const departed = async (isDelaying: boolean) => {
    const { life, faults } = start({ make: () => async (data: Item) => [await Promise.resolve(data)], isDelaying })
    await life.begin()
    await life.step({ count: 12, delayMs: 0 })
    const soon = life.counts.departed
    await life.end('ended')
    return { soon, late: life.counts.departed, faults }
  }
  expect(await departed(false)).toEqual({ soon: 12, late: 12, faults: [] })
  const { soon, late } = await departed(true)
  expect([soon < 5, late]).toEqual([true, 12])
})

test('one that is at fault leaves nothing behind either', async () => {
  const listeners = process.listenerCount('beforeExit')
  const { life, faults } = start({ make: () => () => new Promise(() => undefined) as never })
  await life.begin()
  await life.step({ count: 1, delayMs: 0 })
  await life.end('ended')
  expect(faults).toEqual([])
  expect(life.outcome.failures).toHaveLength(1)
  const never = start({ make: () => async () => await new Promise(() => undefined) })
  await never.life.begin()
  await never.life.step({ count: 1, delayMs: 0 })
  await never.life.end('ended')
  expect(never.faults).toEqual(['still holds 1 data after its finish: give each of them back'])
  expect(process.listenerCount('beforeExit')).toBe(listeners)
})
