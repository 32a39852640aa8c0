import { expect, test } from '@jest/globals'
import { loadLimit } from '../../lib/cli/load-limit.js'

const VARIABLE = 'DEADBEAT_DAEMON_READY_TIMEOUT_MS'

test.each([
  [['--daemon.ready-timeout-ms', '5s'], {}, 5000],
  [['--daemon.readyTimeoutMs=1500'], {}, 1500],
  [['--daemon.ready-timeout-ms', '5s', '--daemon.ready-timeout-ms=2s'], {}, 2000],
  [['--daemon.ready-timeout-ms', '5s'], { [VARIABLE]: '1s' }, 5000],
  [['--daemon.user', 'nobody'], { [VARIABLE]: '1m' }, 60_000],
  [[], {}, 30_000],
])('%j with %j is %i ms', (argv, env, limitMs) => {
  expect(loadLimit(argv, env)).toBe(limitMs)
})

test.each(['soon', '0', '', '30d'])('of %j, which is no limit, the default counts: the fault is told later', (text) => {
  expect(loadLimit(['--daemon.ready-timeout-ms', text], {})).toBe(30_000)
  expect(loadLimit(['--daemon.ready-timeout-ms'], { [VARIABLE]: text })).toBe(30_000)
})
