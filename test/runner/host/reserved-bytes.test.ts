import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { findTools } from '../../../lib/runner/host/tools.js'
import { reservedBytes } from '../../../lib/runner/host/reserved-bytes.js'
import { temporary } from '../../support/temporary.js'

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

test('it is the least under which Node starts', () => {
  const folder = temporary()
  const prlimit = join(folder, 'prlimit')
  // A Node that starts from 64 and 400 MiB on.
  writeFileSync(prlimit, '#!/bin/sh\n[ "${1#--data=}" -ge $(((64 + 400) * 1048576)) ]\n', { mode: 0o755 })
  expect(reservedBytes(prlimit)).toBe(512 * 2 ** 20)
})

test('a program that is not there sets nothing aside', () => {
  expect(reservedBytes('/nowhere/prlimit')).toBe(0)
})
