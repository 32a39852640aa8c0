import { expect, test } from '@jest/globals'
import { takeFlag } from '../../lib/conf/take-flag.js'

test('a flag is taken out wherever it stands, with = or a blank', () => {
  expect(takeFlag(['--a', '--config', 'x', '--b'], '--config')).toEqual({ value: 'x', rest: ['--a', '--b'] })
  expect(takeFlag(['--config=x=y'], '--config')).toEqual({ value: 'x=y', rest: [] })
})

test('what only begins like it stays', () => {
  expect(takeFlag(['--configure', 'x'], '--config')).toEqual({ value: null, rest: ['--configure', 'x'] })
})

test('without a value it is a fault', () => {
  expect(() => takeFlag(['--config'], '--config')).toThrow('--config needs a value')
  expect(() => takeFlag(['--config='], '--config')).toThrow('--config needs a value')
})
