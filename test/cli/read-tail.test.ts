import { closeSync, openSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { follow, readLast, startOfLast } from '../../lib/cli/read-tail.js'
import { temporary } from '../support/temporary.js'

const start = (text: string) => {
  const path = join(temporary(), 'a.log')
  writeFileSync(path, text)
  return path
}

const last = (text: string, lines: number): string => {
  let shown = ''
  readLast(start(text), lines, (piece) => (shown += piece.toString()))
  return shown
}

test.each([
  ['a\nb\nc\n', 2, 'b\nc\n'],
  ['a\nb\nc', 2, 'b\nc'],
  ['a\n\n', 1, '\n'],
  ['\na\n', 5, '\na\n'],
  ['a\nb\n', 2, 'a\nb\n'],
  ['a\nb\n', 0, ''],
  ['', 3, ''],
])('of %j the last %d lines are %j', (text, lines, expected) => {
  expect(last(text, lines)).toBe(expected)
})

test('lines longer than a piece are whole', () => {
  const long = `${'x'.repeat(100_000)}\n`
  expect(last(`a\n${long}${long}b\n`, 2)).toBe(`${long}b\n`)
  expect(last('\n'.repeat(70_000), 66_000).length).toBe(66_000)
})

test('a line that begins where a piece does is found', () => {
  const fd = openSync(start(`a\n${'b'.repeat(65_535)}\n`), 'r')
  expect(startOfLast(fd, 65_538, 1)).toBe(2)
  closeSync(fd)
})

test('a file that is cut while it is followed is read from its beginning', async () => {
  const path = start('old\n')
  const controller = new AbortController()
  let shown = ''
  let wake = (): void => undefined
  const following = follow(
    path,
    5,
    (piece) => {
      shown += piece.toString()
      wake()
    },
    controller.signal,
  )
  truncateSync(path)
  while (shown !== 'old\n') await new Promise<void>((resolve) => (wake = resolve))
  // The cut may be seen together with what comes next, but never after it.
  appendFileSync(path, 'n\n')
  while (!shown.endsWith('n\n')) await new Promise<void>((resolve) => (wake = resolve))
  controller.abort()
  await following
  expect(shown).toBe('old\nn\n')
})

test('a file that is not there is an error', () => {
  expect(() => readLast('/none', 1, () => undefined)).toThrow('ENOENT')
})
