import { expect, test } from '@jest/globals'
import { placesOf, readPlace } from '../../../../lib/cli/steer/wire/place.js'

test.each([
  ['lamp', 'lamp', null],
  ['lamp.a.b', 'lamp', 'a.b'],
  ['lamp:lab', 'lamp:lab', null],
  ['lamp:lab.a', 'lamp:lab', 'a'],
  ['lamp:10.0.0.1.a', 'lamp:10.0.0.1', 'a'],
  ['lamp:10079.a', 'lamp:10079', 'a'],
  ['lamp:lab.ac.uk:10079.a', 'lamp:lab.ac.uk:10079', 'a'],
  ['lamp:[::1]:10079.a', 'lamp:[::1]:10079', 'a'],
])('%s is %s and %s', (text, daemon, item) => {
  expect(readPlace(text)).toEqual({ daemon, item })
})

test('words are keys of a daemon, or places of their own', () => {
  expect(placesOf('lamp', ['a', 'b'])).toEqual([
    { daemon: 'lamp', item: 'a' },
    { daemon: 'lamp', item: 'b' },
  ])
  expect(placesOf('lamp.a', ['heater.b'])[1]).toEqual({ daemon: 'heater', item: 'b' })
})
