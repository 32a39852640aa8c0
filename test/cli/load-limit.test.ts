import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'
import { withNative } from '../support/with-native.js'
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

const LOOP = "import { app } from 'deadbeat/app'\nwhile (true) {}\nexport default app({ name: 'a', build() {} })"
const BUILD = "import { app } from 'deadbeat/app'\nexport default app({ name: 'a', build() { while (true) {} } })"
const WAIT =
  "import { app } from 'deadbeat/app'\nsetInterval(() => {}, 1000)\nawait new Promise(() => {})\nexport default app({ name: 'a', build() {} })"

const go = (text: string, argv: readonly string[], limitMs = 300) =>
  deadbeat(scratch({ 'a.mjs': text, 'l.jsonl': '' }), argv, { [VARIABLE]: `${limitMs}` })

const late = (what: string, limitMs = 300) => ({
  status: 75,
  stdout: '',
  stderr: `a.mjs was not ${what} within readyTimeoutMs (${limitMs} ms): --daemon.ready-timeout-ms gives it longer\n`,
})

withNative.each(['check', 'config', 'graph', 'unit', 'restart', 'stop', 'status', 'logs', 'test'])(
  '%s of an app that loops while it is loaded ends, code 75',
  (command) => {
    expect(go(LOOP, [command, 'a.mjs'])).toEqual(late('loaded'))
  },
)

withNative('replay of one does', () => {
  expect(go(LOOP, ['replay', 'l.jsonl', '--into', 'a.mjs'])).toEqual(late('loaded'))
})

withNative.each(['check', 'graph'])('%s of one that loops while it is built does', (command) => {
  // So long that loading it is no part of it, whatever else this machine does.
  expect(go(BUILD, [command, 'a.mjs'], 4000)).toEqual(late('built', 4000))
})

withNative('start does, where a script loops before it detaches', () => {
  expect(go('while (true) {}', ['start', 'a.mjs'])).toEqual(late('detached'))
})
test('one that waits for ever ends it, too', () => {
  expect(go(WAIT, ['check', 'a.mjs'])).toEqual(late('loaded'))
})
