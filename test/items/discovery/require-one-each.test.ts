import { expect, test } from '@jest/globals'
import { requireOneEach } from '../../../lib/items/discovery/require-one-each.js'
import { blockAt } from './blocks.js'

const located = (rep: number, alias: string, key: string) => ({
  block: blockAt(rep, { alias, items: { [key]: {} } }),
  place: { host: '127.0.0.1', rep, pub: rep + 1 },
})

test('an alias and a key are one daemon’s, and where both are is told', () => {
  requireOneEach('lamp', [located(7, 'main', 'level'), located(9, 'other', 'mode')])
  const both = 'name the one that is meant, lamp:127.0.0.1:7 or lamp:127.0.0.1:9'
  expect(() => requireOneEach('lamp', [located(7, 'main', 'level'), located(9, 'main', 'mode')])).toThrow(
    `lamp is served by two daemons that both have the alias main: ${both}`,
  )
  expect(() => requireOneEach('lamp', [located(7, 'main', 'level'), located(9, 'other', 'level')])).toThrow(both)
})
