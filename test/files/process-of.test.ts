import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hasEnded, processOf, residentBytes } from '../../lib/files/process-of.js'
import { temporary } from '../support/temporary.js'

test('this process runs; of a number that nobody has nothing is known', () => {
  const own = processOf(process.pid)
  expect(own).toEqual({ state: expect.stringMatching(/^[RSD]$/), startTicks: expect.stringMatching(/^\d+$/) })
  expect(own !== null && hasEnded(own)).toBe(false)
  expect(processOf(2 ** 30)).toBeNull()
})

test('it tells its memory', () => {
  expect(residentBytes()).toBeGreaterThan(1_000_000)
})

test('the name of a program may look like the rest of the line', () => {
  const proc = temporary()
  mkdirSync(join(proc, '7'))
  const fields = Array.from({ length: 18 }, (_, i) => i).join(' ')
  writeFileSync(join(proc, '7', 'stat'), `7 (a) R 1) Z ${fields} 4711 0\n`)
  const seen = processOf(7, proc)
  expect(seen).toEqual({ state: 'Z', startTicks: '4711' })
  expect(seen !== null && hasEnded(seen)).toBe(true)
  writeFileSync(join(proc, '7', 'stat'), '7 (a) S 1\n')
  expect(processOf(7, proc)).toBeNull()
})
