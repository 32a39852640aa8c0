import { expect, test } from '@jest/globals'
import { Item, Store, type LabelOf } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'

/** Does not compile if the item has values of another type. */
function isItemOf<T>(item: Item<T>, exactly: (value: T) => T): string {
  expect(exactly).toBeInstanceOf(Function)
  return item.key
}

test('the type of the values follows from the description', () => {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  const number = Item.of(store, 'a', { type: 'numeric', units: 'V' })
  const flag = Item.of(store, 'b', { type: 'boolean', initial: true })
  const list = Item.of(store, 'c', { type: 'numeric array' })
  const text = Item.of(store, 'd', { type: 'string' })
  const colour = Item.of(store, 'e', { type: 'string', choices: ['red', 'green'] })
  const mode = Item.of(store, 'f', { type: 'enumerated', enumerators: { 0: 'off', '1': 'on' } })
  const any = Item.of(store, 'g', { doc: 'Anything.' })
  const keys = [
    isItemOf<number>(number, (value: number) => value),
    isItemOf<boolean>(flag, (value: boolean) => value),
    isItemOf<readonly number[]>(list, (value: readonly number[]) => value),
    isItemOf<string>(text, (value: string) => value),
    isItemOf<'red' | 'green'>(colour, (value: 'red' | 'green') => value),
    isItemOf<0 | 1>(mode, (value: 0 | 1) => value),
    isItemOf<unknown>(any, (value: unknown) => value),
  ]
  // @ts-expect-error -- a number is not a text
  number.publish('x')
  // @ts-expect-error -- there is no third number
  mode.publish(2)
  // @ts-expect-error -- nor a third colour
  colour.publish('blue')
  const label: LabelOf<{ enumerators: { 0: 'off'; 1: 'on' } }> = 'on'
  expect([keys.join(''), label]).toEqual(['abcdefg', 'on'])
})
