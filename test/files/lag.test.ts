import { appendFileSync, closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { lagOf } from '../../lib/files/lag.js'
import { TailedFile, identityOf } from '../../lib/files/tailed-file.js'
import { temporary } from '../support/temporary.js'

function start(text: string, offset: number) {
  const path = join(temporary(), 'a.log')
  writeFileSync(path, text)
  const { dev, ino } = statSync(path, { bigint: true })
  return { path, file: new TailedFile(path, identityOf(dev, ino), offset) }
}

test('a file is behind with what was not passed on, by its descriptor or by its path', () => {
  const { path, file } = start('0123456789', 4)
  expect(lagOf(file)).toEqual({ size: 10, lag: 6 })
  file.fd = openSync(path, 'r')
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, 'x')
  expect(lagOf(file)).toEqual({ size: 11, lag: 7 })
  closeSync(file.fd)
})

test('of a file that is gone, replaced, or shorter than what was read nothing is behind', () => {
  const { path, file } = start('0123456789', 4)
  writeFileSync(path, '')
  expect(lagOf(file)).toEqual({ size: 0, lag: 0 })
  renameSync(path, `${path}.1`)
  writeFileSync(path, '0123456789')
  expect(lagOf(file)).toEqual({ size: 4, lag: 0 })
  rmSync(path)
  expect(lagOf(file)).toEqual({ size: 4, lag: 0 })
  const gone = start('0123456789', 4).file
  gone.isGone = true
  expect(lagOf(gone)).toEqual({ size: 4, lag: 0 })
})

test('a compressed file is behind with all of it until it is read to its end', () => {
  const { file } = start('0123456789', 0)
  file.isPacked = true
  expect(lagOf(file)).toEqual({ size: 10, lag: 10 })
  file.packedSize = 10
  file.isQueued = true
  expect(lagOf(file).lag).toBe(10)
  file.isQueued = false
  expect(lagOf(file)).toEqual({ size: 10, lag: 0 })
})
