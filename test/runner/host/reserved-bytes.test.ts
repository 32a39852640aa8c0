import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { findTools } from '../../../lib/runner/host/tools.js'
import { reservedBytes } from '../../../lib/runner/host/reserved-bytes.js'

test('with what it sets aside the smallest job starts, and with none of it only where nothing is set aside', () => {
  const { prlimit } = findTools()
  expect(prlimit).not.toBeNull()
  const starts = (bytes: number): boolean =>
    spawnSync(prlimit ?? '', [`--data=${2 ** 26 + bytes}`, '--core=0', '--', process.execPath, '-e', '0'], {
      stdio: 'ignore',
      env: {},
    }).status === 0
  const bytes = reservedBytes(prlimit ?? '')
  expect(starts(bytes)).toBe(true)
  expect(starts(0)).toBe(bytes === 0)
})

test('a program that is not there sets nothing aside', () => {
  expect(reservedBytes('/nowhere/prlimit')).toBe(0)
})
