import { expect, test } from '@jest/globals'
import { Item, type ItemOptions, type ItemRequest, type Reading, type Store } from '../../lib/items/index.js'
import { checkItem } from '../../lib/testing/index.js'

/** Makes items of a class. */
const made =
  (
    kind: new (store: Store, key: string, options: ItemOptions<number>) => Item<number>,
    options: ItemOptions<number> = {},
  ) =>
  (store: Store): Item =>
    new kind(store, 'level', { type: 'numeric', ...options })

test('an item that waits for its own clock passes', async () => {
  class Slow extends Item<number> {
    constructor(store: Store, key: string, options: ItemOptions<number>) {
      super(store, key, options)
      this.poll(1)
    }

    override reqRefresh(): Reading<number> {
      return { value: 3, time: this.store.wall() / 1000 }
    }

    override reqSet({ value }: ItemRequest): Promise<number> {
      return new Promise((resolve) => this.store.esc.after(300, () => resolve(Number(value))))
    }

    override validate(value: number): number {
      if (value === 7) throw new RangeError('must not be 7')
      return value
    }
  }
  expect(await checkItem(made(Slow), { values: [3], refused: [7, 'x'] })).toEqual({ set: 1, refused: 2 })
})

test('one that nobody may set passes, and so do labels and sixtieths', async () => {
  expect(await checkItem((store) => new Item(store, 'x', { compute: () => 1 }), { refused: [1] })).toEqual({
    ...{ set: 0, refused: 1 },
  })
  const mode: ItemOptions = { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } }
  await checkItem((store) => new Item(store, 'mode', mode), { values: ['on', 0], refused: [2] })
  const share: ItemOptions = { type: 'numeric', format: '%.1f%% of all' }
  await checkItem((store) => new Item(store, 'share', share), { values: [5] })
  const angle: ItemOptions = { type: 'numeric', units: { '': 'rad', formatted: 'deg' }, format: '%d:%02d:%04.1f' }
  await checkItem((store) => new Item(store, 'angle', angle), { values: [0.5, -0.00001] })
})

class Other extends Item<number> {
  override reqSet(): number {
    return 12
  }
}
class Hasty extends Item<number> {
  override reqSet({ value }: ItemRequest): void {
    this.publish(Number(value) + 1)
  }

  override validate(value: number): number {
    this.publish(value)
    if (value === 7) throw new RangeError('must not be 7')
    return value
  }
}
class Timeless extends Item<number> {
  override reqGet(): Promise<Reading<number>> {
    return Promise.resolve({ value: 1, time: NaN })
  }
}
class Stuck extends Item<number> {
  override reqSet(): Promise<number> {
    return new Promise(() => undefined)
  }
}
class Broken extends Item<number> {
  override reqSet(): number {
    throw new Error('no power')
  }
}
class Restless extends Item<number> {
  constructor(store: Store, key: string, options: ItemOptions<number>) {
    super(store, key, options)
    store.esc.every(1000, () => undefined)
  }
}
class Mumbling extends Item<number> {
  override parse(text: string): number {
    return Number(text) + 1
  }
}
class Late extends Item<number> {
  override set(value: unknown): Promise<number | null> {
    return super.set(value)
  }
}

test.each([
  [
    Other,
    {},
    { values: [3] },
    /a SET to 3 was answered with a value that its description forbids: it must be from 0 to 10/,
  ],
  [Hasty, {}, { refused: [7] }, /a SET to 7 was refused and changed the value from null to 7/],
  [Item, {}, { refused: [5] }, /a SET to 5 was to be refused, and was not/],
  [Broken, {}, { refused: [5] }, /was to be refused with ERR_ITEM_VALUE: it failed with ERR_ITEM_SET/],
  [Broken, {}, { values: [5] }, /a SET to 5 failed: cannot set level: no power/],
  [Timeless, {}, {}, /a GET must have a time in seconds: it has NaN/],
  [Timeless, {}, { values: [5] }, /a SET to 5 was answered with 5, and a GET has 1/],
  [Stuck, {}, { values: [5], limitMs: 500 }, /a SET to 5 took longer than 500 ms/],
  [Restless, {}, {}, /a timer of it ran on after it was taken out/],
  [Late, {}, { values: [3] }, /a SET whose deadline had passed was carried out/],
  [Mumbling, {}, { values: [3] }, /"3" is shown, and when it is read "4"/],
  [
    Item,
    { units: { '': 'rad', formatted: 'furlong' } },
    { values: [5] },
    /have units that can be converted into furlong/,
  ],
])('%p with %p and %p is found out: %p', async (kind, options, tries, message) => {
  await expect(checkItem(made(kind, { range: [0, 10], ...options }), tries)).rejects.toThrow(message)
})
