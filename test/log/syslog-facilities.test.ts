import { expect, test } from '@jest/globals'
import { FACILITIES } from '../../lib/log/syslog-facilities.js'

test('each facility has the number of RFC 5424', () => {
  expect(FACILITIES.length).toBe(24)
  const numbers = (['kern', 'daemon', 'authpriv', 'local0', 'local7'] as const).map((name) => FACILITIES.indexOf(name))
  expect(numbers).toEqual([0, 3, 10, 16, 23])
})
