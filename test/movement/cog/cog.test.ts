import { expect, test } from '@jest/globals'
import { Cog, itemGetter, itemSetter, Keeper, Mapper, Modifier, type Turn } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'

const { train } = testTrain()

class Window extends Cog<string, string, { windowMs: number; keyGetter: (data: string) => unknown }> {
  turn(data: string): Turn<string> {
    return [data]
  }
}

test('a cog reads as its name with its options', () => {
  const cog = new Window(train, { windowMs: 60, keyGetter: itemGetter('ip') })
  expect(String(cog)).toBe('Window(windowMs=60, keyGetter=item "ip")')
})

test('a Mapper, a Keeper and a Modifier are called like any cog', () => {
  class Double extends Mapper<number> {
    one(n: number): number {
      return n * 2
    }
  }
  class Even extends Keeper<number> {
    test(n: number): boolean {
      return n % 2 === 0
    }
  }
  class Length extends Modifier<{ text: string; n?: number }, string, number> {
    compute(text: string): number {
      return text.length
    }
  }
  expect(new Double(train, {}).turn(2)).toEqual([4])
  expect([2, 3].map((n) => new Even(train, {}).turn(n))).toEqual([[2], null])
  const length = new Length(train, { getter: itemGetter('text'), setter: itemSetter('n') })
  expect(length.turn({ text: 'abc' })).toEqual([{ text: 'abc', n: 3 }])
})

test('a constructor binds and opens nothing', () => {
  const { train, esc } = testTrain()
  new Window(train, { windowMs: 1, keyGetter: String })
  expect(esc.idle).toBe(true)
  expect(train.journey).toBeNull()
})
