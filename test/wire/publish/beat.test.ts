import { BeatTable, Places } from '../../../lib/wire/publish/beat.js'

const published = (seq: number, boot = 'b') => ({ _seq: seq, _boot: boot })
const beat = (seq: number, value: unknown, boot = 'b') => ({ value, ...published(seq, boot) })

test('a beat tells how far each target has come since the last one', () => {
  const table = new BeatTable()
  table.note('x.y', 1)
  table.note('x.y', 2)
  table.note('__proto__', 3)
  expect(table.take()).toEqual({
    value: Object.fromEntries([
      ['x.y', 2],
      ['__proto__', 3],
    ]),
  })
  expect(table.take()).toEqual({ value: {} })
})

test('who has all is told nothing', () => {
  const places = new Places()
  places.missedBefore('x.y', published(2))
  expect(places.missedBy(beat(1, { 'x.y': 2 }), ['x.y', 'x.z'])).toEqual([])
})

test('who missed the last value is told once', () => {
  const places = new Places()
  places.missedBefore('x.y', published(2))
  expect(places.missedBy(beat(1, { 'x.y': 3, 'x.z': 9 }), ['x.y'])).toEqual(['x.y'])
  expect(places.missedBy(beat(2, { 'x.y': 3 }), ['x.y'])).toEqual([])
  expect(places.missedBefore('x.y', published(4))).toBe(0)
})

test('who missed a beat may have missed anything', () => {
  const places = new Places()
  places.missedBy(beat(1, {}), ['x.y', 'x.z'])
  expect(places.missedBy(beat(3, {}), ['x.y', 'x.z'])).toEqual(['x.y', 'x.z'])
  expect(places.missedBy(beat(4, {}), ['x.y', 'x.z'])).toEqual([])
})

test('a daemon that was restarted is another', () => {
  const places = new Places()
  places.missedBy(beat(1, {}), ['x.y'])
  expect(places.missedBy(beat(1, {}, 'c'), ['x.y'])).toEqual(['x.y'])
})

test('a beat of any shape is survived', () => {
  const places = new Places()
  for (const value of [null, 7, 'x', [1], { 'x.y': 'x' }]) expect(places.missedBy(beat(1, value), ['x.y'])).toEqual([])
})
