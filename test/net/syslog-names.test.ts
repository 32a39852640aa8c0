import { expect, test } from '@jest/globals'
import { FACILITIES, SEVERITIES } from '../../lib/net/syslog-names.js'

test('has each name at the place of its number', () => {
  expect([FACILITIES.length, FACILITIES[4], FACILITIES[16], FACILITIES[23]]).toEqual([24, 'auth', 'local0', 'local7'])
  expect([SEVERITIES.length, SEVERITIES[3], SEVERITIES[7]]).toEqual([8, 'err', 'debug'])
})
