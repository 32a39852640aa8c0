import { expect, test } from '@jest/globals'
import { Dedupe } from '../../../cogs/dedupe.js'
import { fillTrainItems, Item, Store } from '../../../lib/items/index.js'
import { itemGetter, insert, type Settings, Cog, type Winder } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, NumberSupply, type Numbered } from '../../support/crash-train/world.js'

const paintBaseConfig = insert({
  colour: { doc: 'Which.', format: ['red', 'green'], default: 'red', live: true },
  key: { doc: 'A secret.', format: 'string', default: 'x', sensitive: true },
  only: { doc: 'What.', format: 'regexp', default: null },
  edge: { width: { doc: 'How wide.', format: 'nat', max: 9, default: 1, live: true } },
})

class Paint extends Cog<Numbered, Numbered, Settings<typeof paintBaseConfig>> {
  static readonly baseConfig = paintBaseConfig
  readonly heard: string[] = []

  constructor(train: Winder) {
    super(train, { colour: 'red', key: 'x', only: /a/i, edge: { width: 1 } })
  }

  turn(data: Numbered): Numbered[] {
    return [data]
  }

  override adjusted(changed: readonly string[]): void {
    this.heard.push(...changed)
  }

  override progress(): unknown {
    return { strokes: 3, password: 'p' }
  }
}

async function start() {
  const { train, esc, clock } = testTrain()
  const supply = new NumberSupply(train, { count: 10 })
  const paint = new Paint(train)
  const dedupe = new Dedupe<Numbered>(train, { keyGetter: itemGetter('part') })
  lineOf(train.line, supply, paint, dedupe, new ListDrain(train, [], { isOver: false }, { isEager: true }))
  const store = new Store('app', esc)
  const check = (_: unknown, value: unknown): unknown => {
    if (value === 'blue') throw new TypeError('colour must be red or green: it is blue')
    return value
  }
  const items = fillTrainItems(store, train, { check })
  const running = train.run({ signals: false })
  const end = async (): Promise<void> => {
    supply.endIt()
    await running
  }
  await Promise.resolve()
  return { train, supply, paint, dedupe, store, items, end, clock }
}

test('each account and each setting is an item', async () => {
  const { store, supply, end } = await start()
  supply.push(3)
  const values = Object.fromEntries(store.find('*').map((item) => [item.key, item.shown]))
  expect(values).toMatchObject({
    'NumberSupply.accounts.out': 3,
    'Paint.accounts.in': 3,
    'Dedupe.accounts.swallowed': 2,
    'ListDrain.accounts.in': 1,
    'Dedupe.windowMs': 60_000,
    'Paint.key': '***',
    'Paint.only': '/a/i',
    'Paint.edge.width': 1,
    'Paint.progress': { strokes: 3, password: '***' },
    'train.inFlight': 0,
    'train.paused': false,
  })
  await end()
})

test('a live setting can be set, and the cog hears of it; others only show', async () => {
  const { store, paint, dedupe, end } = await start()
  expect(await store.item('Paint.colour').set('green')).toBe('green')
  expect(await store.item('Paint.edge.width').set(4)).toBe(4)
  expect(await store.item('dedupe.windowms').set(5)).toBe(5)
  expect([paint.options.colour, paint.options.edge.width, paint.heard, dedupe.options.windowMs]).toEqual([
    'green',
    4,
    ['colour', 'edge.width'],
    5,
  ])
  await expect(store.item('Paint.colour').set('blue')).rejects.toThrow(/must be red or green/)
  await expect(store.item('Dedupe.keysMax').set(5)).rejects.toMatchObject({ code: 'ERR_READ_ONLY' })
  expect(paint.options.colour).toBe('green')
  await end()
})

test('they say what they are', async () => {
  const { store, end } = await start()
  expect(store.item('Paint.colour').describe()).toMatchObject({ type: 'string', choices: ['red', 'green'] })
  expect(store.item('Dedupe.windowMs').describe()).toMatchObject({ type: 'numeric', units: 'ms', isSettable: true })
  expect(store.item('Paint.edge.width').describe()).toMatchObject({ type: 'numeric', range: [0, 9] })
  expect(store.item('Paint.only').describe()).toMatchObject({ type: 'string', isSettable: false })
  await end()
})

test('a tap tells what arrives while somebody listens, and the time it takes is measured', async () => {
  const { store, supply, end } = await start()
  const seen: unknown[] = []
  const stop = store.watch('Paint.tap', (_, value) => seen.push(value))
  supply.push(2)
  stop()
  supply.push(1)
  expect(seen).toEqual([
    { n: 0, part: '' },
    { n: 1, part: '' },
  ])
  const ns = store.item('Paint.ns') as Item<number>
  expect((ns.value ?? 0) > 0).toBe(true)
  await end()
})

test('what was made can be taken out again', async () => {
  const { store, items, end } = await start()
  store.remove(items)
  expect(store.find('*')).toEqual([])
  await end()
})
