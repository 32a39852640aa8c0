import { expect, test } from '@jest/globals'
import { examine, examineBinding, examineClock, examineNode } from '../../../lib/app/doctor/examine.js'
import { temporary } from '../../support/temporary.js'

test('all of it is looked at', async () => {
  const dir = temporary()
  const findings = await examine({ name: 'a', stateDir: dir, runtimeDir: dir, config: null, ports: [] })
  expect(findings.map(({ what }) => what)).toEqual([
    ...['Node', 'native part', 'inotify watches', 'inotify instances', 'open files'],
    ...['state directory', 'runtime directory', 'clock', 'file systems'],
  ])
})

test.each([
  ['18.20.0', 69],
  ['20.18.9', 69],
  ['20.19.0', 0],
  ['24.1.0', 0],
])('Node %s brings %i', (version, exitCode) => {
  expect(examineNode(version).exitCode).toBe(exitCode)
})

test('a missing native part is a warning with its reason', () => {
  expect(examineBinding(new Error('switched off'), null)).toMatchObject({ state: 'warn', found: 'switched off' })
  expect(examineBinding(null, '/a.node')).toMatchObject({ state: 'ok', found: '/a.node' })
})

test('a clock that stands at the epoch is wrong', () => {
  expect([examineClock(0).exitCode, examineClock(Date.UTC(2026, 5, 1)).exitCode]).toEqual([69, 0])
})
