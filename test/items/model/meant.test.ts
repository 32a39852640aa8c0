import { expect, test } from '@jest/globals'
import { meant } from '../../../lib/items/model/meant.js'

test('the nearest name is offered, else what there is, and not endlessly', () => {
  expect(meant('windowsMs', ['windowMs', 'in'])).toBe('did you mean windowMs?')
  expect(meant('zebra', ['in', 'out'])).toBe('it has in, out')
  expect(meant('zebra', [])).toBe('it has none')
  expect(meant(`${'w'.repeat(70)}indowMs`, [`${'w'.repeat(70)}indowsMs`])).toMatch(/^it has w/)
  const many = Array.from({ length: 25 }, (_, i) => `counter${i}`)
  expect(meant('zebra', many)).toMatch(/^it has counter0, .*, counter19 and 5 more$/)
})
