import { expect, test } from '@jest/globals'
import { dresser } from '../../lib/files/dress.js'
import { itemSetter } from '../../lib/movement/cog/access.js'

const ask = { id: () => '7', filename: () => '/var/log/a' }

test('sets the line, the id and the name of the file, where it is told to', () => {
  const dress = dresser(
    { lineSetter: itemSetter('line'), idSetter: itemSetter('id'), filenameSetter: itemSetter('file') },
    ask,
  )
  expect(dress?.('one')).toEqual({ line: 'one', id: '7', file: '/var/log/a' })
  expect(dresser({ idSetter: itemSetter('id') }, ask)?.('one')).toEqual({ id: '7' })
})

test('is nothing without setters, so that lines enter as they are', () => {
  expect(dresser({}, ask)).toBeNull()
})

test('passes on what a setter returns, which may be another object', () => {
  expect(
    dresser({ lineSetter: (_data, line) => [line], idSetter: (data, id) => [...(data as string[]), id] }, ask)?.('a'),
  ).toEqual(['a', '7'])
})
