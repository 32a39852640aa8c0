import { expect, test } from '@jest/globals'
import { found, noFindings } from '../../lib/conf/findings.js'
import { describeSchema } from '../../lib/conf/schema.js'
import { settle } from '../../lib/conf/settle.js'

const rows = describeSchema({
  a: { n: { doc: 'x', format: 'nat', default: 1 }, to: { doc: 'x', format: 'endpoint', default: ':80' } },
})
const [n] = rows

function source(value: unknown, origin: string) {
  if (n === undefined) throw new Error('no row')
  return { ...noFindings(), found: [found(n, value, value, () => origin)] }
}

test('the later source wins, and each value says where it comes from', () => {
  const { settings, origins } = settle(rows, [source(2, 'x'), source(3, 'y')])
  expect(settings).toEqual({ a: { n: 3, to: { host: '', port: 80 } } })
  expect([...origins].map(([path, { origin, written }]) => [path, origin, written])).toEqual([
    ['a.n', 'y', 3],
    ['a.to', 'default', ':80'],
  ])
})

test('a wrong value is a fault although a later one replaces it', () => {
  expect(() => settle(rows, [source(-2, 'x'), source(3, 'y')])).toThrow(
    'a.n must be a whole number of at least 0: it is -2 (x)',
  )
})
