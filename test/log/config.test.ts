import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { logBaseConfig } from '../../lib/log/config.js'

const gathered = (...argv: string[]) => gather({ log: logBaseConfig }, { argv, env: {} }).log

test('without configuration the log goes to stderr from level info on', () => {
  const { level, file, format, syslog, journal } = gathered()
  expect([level, file, format, syslog.address, journal]).toEqual(['info', null, 'auto', null, null])
})

test('levels of cogs, a server and limits are set like all settings', () => {
  const { levels, syslog, rate, waitingMax } = gathered(
    '--log.levels={"Dedupe":"debug"}',
    ...['--log.syslog.address=udp://h', '--log.syslog.facility=local3', '--log.syslog.message-max=2k'],
    ...['--log.rate.window-ms=1m', '--log.waiting-max=64k'],
  )
  expect([levels, syslog.address, syslog.facility, syslog.messageMax, rate.windowMs, waitingMax]).toEqual([
    { Dedupe: 'debug' },
    ...['udp://h', 'local3', 2048],
    ...[60_000, 65_536],
  ])
})

test('a facility that is none is refused', () => {
  expect(() =>
    gather({ log: logBaseConfig }, { argv: ['--log.syslog.facility=loud'], env: {}, exitOnError: false }),
  ).toThrow(/log.syslog.facility must be one of/)
})
