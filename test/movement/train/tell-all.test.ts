import { expect, test } from '@jest/globals'
import { tellAll } from '../../../lib/movement/train/tell-all.js'

test('everybody who has the method hears, in order, even behind one that throws', () => {
  const heard: unknown[] = []
  const bad = {
    hear() {
      throw new Error('deaf')
    },
  }
  const good = { hear: (...args: unknown[]) => heard.push(args) }
  expect(() => tellAll([good, {}, bad, { hear: 7 }, good], 'hear', [1, 2])).toThrow('1 failed to hear hear: deaf')
  expect(heard).toEqual([
    [1, 2],
    [1, 2],
  ])
})
