import { isOldLayout, layoutOf, translateOld } from '../../../lib/wire/frames/old-dialect.js'

const frames = (...texts: string[]) => texts.map((text) => Buffer.from(text))

test('six frames with their payload in the fifth are old ones', () => {
  expect(isOldLayout('SET', frames('a', '1', 'SET', 'x.y', '{"value": 1}', ''))).toBe(true)
  expect(isOldLayout('SET', frames('a', '1', 'SET', 'x.y', '', '{"value": 1}'))).toBe(false)
  expect(isOldLayout('SET', frames('a', '1', 'SET', 'x.y', '{}', '', ''))).toBe(false)
})

test('types that there are no more are old ones', () => {
  expect(isOldLayout('HASH', frames('a', '1', 'HASH', 'x', '', ''))).toBe(true)
  expect(isOldLayout('CONFIG', frames('a', '1', 'CONFIG', 'x', '', ''))).toBe(true)
  expect(isOldLayout('GET', frames('a', '1', 'GET', 'x.y', '', ''))).toBe(false)
})

test('what was asked by a type is asked by a target', () => {
  expect(translateOld('HASH', '', null)).toEqual({ type: 'GET', target: '_hash' })
  expect(translateOld('HASH', 'lamp', null)).toEqual({ type: 'GET', target: 'lamp._hash' })
  expect(translateOld('CONFIG', 'lamp', null)).toEqual({ type: 'GET', target: 'lamp._catalog' })
  expect(translateOld('CONFIG', 'lamp', { value: {} })).toEqual({ type: 'SET', target: '_catalog' })
  expect(translateOld('SET', 'lamp.on', { value: 1 })).toEqual({ type: 'SET', target: 'lamp.on' })
})

test('what is known of somebody decides only where both layouts are one', () => {
  const asked = (type: string, ...more: string[]) =>
    (['new', 'old'] as const).map((known) => layoutOf(type, frames('a', '1', type, 'x.y', ...more), known))
  expect(asked('GET', '', '')).toEqual(['new', 'old'])
  expect(asked('GET', '', '{}')).toEqual(['new', 'new'])
  expect(asked('GET', '\x01', '')).toEqual(['new', 'new'])
  expect(asked('GET', '', '', '')).toEqual(['new', 'new'])
  expect(asked('GET', '{}', '')).toEqual(['old', 'old'])
  expect(asked('HASH', '', '')).toEqual(['old', 'old'])
})
