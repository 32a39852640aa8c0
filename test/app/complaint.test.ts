import { expect, test } from '@jest/globals'
import { complaintOf, textOfFaults } from '../../lib/app/complaint.js'

test('each fault stands on a line of its own, and can forge none', () => {
  expect(textOfFaults('lamp', ['a is\nno', 'b'])).toBe('lamp: a is\\x0ano\n  b\n')
  expect(complaintOf('lamp', 'thrown')).toBe('lamp: thrown\n')
})
