import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { logBaseConfig } from '../../lib/log/config.js'
import { withDefaults } from '../../lib/log/settings.js'

test('without anything given they are what an operator gets who sets nothing', () => {
  expect(withDefaults({})).toEqual(gather({ log: logBaseConfig }, { argv: [], env: {} }).log)
})

test('what is given in a group leaves the rest of it as it is', () => {
  const { level, syslog, rate } = withDefaults({
    level: 'debug',
    syslog: { address: '/dev/log' },
    rate: { linesMax: 0 },
  })
  expect([level, syslog.address, syslog.facility, rate.linesMax, rate.windowMs]).toEqual([
    ...['debug', '/dev/log', 'daemon'],
    ...[0, 10_000],
  ])
})
