import { expect, test } from '@jest/globals'
import { SEAM, isSeamless, noteSeam, seamLength } from '../../lib/files/seam.js'
import { TailedFile } from '../../lib/files/tailed-file.js'

function start(text: string, from = 0) {
  const file = new TailedFile('/a', '1:1', 0)
  const bytes = Buffer.from(text)
  file.goOnAt(bytes.length)
  noteSeam(file, bytes, from, bytes.length)
  const fits = (before: string) => isSeamless(file, Buffer.from(`${before}and more`), before.length)
  return { file, fits }
}

test('what is read next fits if the bytes before it are what they were', () => {
  const { fits } = start('one\ntwo\n')
  expect([fits('one\ntwo\n'), fits('one\ntoo\n'), fits('One\ntwo\n')]).toEqual([true, false, false])
})

test('only so many bytes before it count, and only those that are known', () => {
  const end = 'x'.repeat(SEAM)
  expect([start(`one${end}`).fits(`two${end}`), start(`one${end}`).fits(`one${end.slice(1)}y`)]).toEqual([true, false])
  const { file, fits } = start('one\ntwo\n', 4)
  expect([seamLength(file), fits('1ne\ntwo\n'), fits('one\n2wo\n')]).toEqual([4, true, false])
})

test('nothing is known of it elsewhere', () => {
  const { file, fits } = start('one\n')
  file.goOnAt(3)
  expect([seamLength(file), fits('two')]).toEqual([0, true])
})
