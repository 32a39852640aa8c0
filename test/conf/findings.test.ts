import { expect, test } from '@jest/globals'
import { found, noFindings } from '../../lib/conf/findings.js'
import { describeSchema } from '../../lib/conf/schema.js'

test('where a value was found is worked out only for who asks', () => {
  const [row] = describeSchema({ a: { doc: 'x', default: 1 } })
  if (row === undefined) throw new Error('no row')
  let asked = 0
  const one = found(row, 2, '2', () => `here ${++asked}`)
  expect([asked, one.origin, asked]).toEqual([0, 'here 1', 1])
})

test('new findings share nothing', () => {
  noFindings().faults.push('x')
  expect(noFindings()).toEqual({ found: [], faults: [], warnings: [], strangers: [], isUnread: false })
})
