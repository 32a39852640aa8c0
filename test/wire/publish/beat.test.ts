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
  expect(places.missedBy(beat(1, { 'x.y': 2 }), ['x.y', 'x.z'])).toEqual(new Map())
  expect(places.lost).toBe(0)
})

test('who missed the last value is told once', () => {
  const places = new Places()
  places.missedBefore('x.y', published(2))
  expect(places.missedBy(beat(1, { 'x.y': 5, 'x.z': 9 }), ['x.y'])).toEqual(new Map([['x.y', 3]]))
  expect(places.missedBy(beat(2, { 'x.y': 5 }), ['x.y'])).toEqual(new Map())
  expect(places.missedBefore('x.y', published(6))).toBe(0)
  expect(places.lost).toBe(3)
})

test('who missed a beat may have missed anything', () => {
  const places = new Places()
  places.missedBy(beat(1, {}), ['x.y', 'x.z'])
  const all = [
    ['x.y', 0],
    ['x.z', 0],
  ] as const
  expect(places.missedBy(beat(3, {}), ['x.y', 'x.z'])).toEqual(new Map(all))
  expect(places.missedBy(beat(4, {}), ['x.y', 'x.z'])).toEqual(new Map())
  expect(places.lost).toBe(0) // A beat is no value.
})

test('values that never came are counted over all targets, those of another run are not', () => {
  const places = new Places()
  for (const seq of [5, 6, 9]) places.missedBefore('x.y', published(seq))
  for (const seq of [1, 3]) places.missedBefore('x.z', published(seq))
  places.missedBefore('x.y', published(7, 'c'))
  places.missedBy(beat(1, { 'x.z': 9 }, 'c'), ['x.z'])
  expect(places.lost).toBe(2 + 1)
})

test('a daemon that was restarted is another', () => {
  const places = new Places()
  places.missedBy(beat(1, {}), ['x.y'])
  expect(places.missedBy(beat(1, {}, 'c'), ['x.y'])).toEqual(new Map([['x.y', 0]]))
})

test('a beat of any shape is survived', () => {
  const places = new Places()
  for (const value of [null, 7, 'x', [1], { 'x.y': 'x' }])
    expect(places.missedBy(beat(1, value), ['x.y'])).toEqual(new Map())
})
