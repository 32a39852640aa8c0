import { expect, test } from '@jest/globals'
import { markdSettings, strangersOfMarkd } from '../../lib/cli/markd-settings.js'

test('takes settings of items, persistence and kv as flags', () => {
  const { items, persist, kv } = markdSettings(['--items.key', 'lamp', '--persist.in', 'file', '--kv.prefix', '/lab'])
  expect([items.key, persist.in, kv.prefix]).toEqual(['lamp', 'file', '/lab'])
})

test.each([
  [['--persist.in', 'attic'], /persist.in must be/],
  [['--items.audit'], /items.audit/],
])('refuses %j', (argv, message) => {
  expect(() => markdSettings(argv)).toThrow(message)
})

test('finds what is no setting, and what was meant: where it listens has flags of its own', () => {
  const argv = ['--persist.inn', 'file', '--items.listen', '0.0.0.0', '--items.key', 'lamp', '--confg', 'lamp.json']
  expect(strangersOfMarkd(argv, ['--config', '--listen'])).toEqual([
    { word: '--persist.inn', meant: '--persist.in' },
    { word: '--items.listen', meant: '--listen' },
    { word: '--confg', meant: '--config' },
  ])
})
