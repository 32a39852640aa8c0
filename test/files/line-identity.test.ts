import { afterEach, expect, test } from '@jest/globals'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineIdentities } from '../../lib/files/line-identity.js'
import { TailedFile } from '../../lib/files/tailed-file.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text: string) {
  const path = join(temporary(), 'a')
  writeFileSync(path, text)
  const fd = openSync(path, 'r')
  cleanups.push(() => closeSync(fd))
  const file = new TailedFile(path, '1:2', 0)
  file.birth = 36n
  return { file, fd }
}

test('a line is the same in whatever range it stands, and whatever its file is called', () => {
  const { file, fd } = start('zero\none\ntwo\n')
  const identities = new LineIdentities({ descriptor: () => fd }, () => 100)
  const whole = file.begin(0, 13)
  expect([0, 1, 2].map((k) => identities.of(whole, k))).toEqual(['1:2:10:0:0', '1:2:10:0:5', '1:2:10:0:9'])
  file.path = '/elsewhere'
  expect(identities.of(file.begin(5, 13), 1)).toBe('1:2:10:0:9')
  expect(identities.of(file.begin(9, 13), 4)).toBeNull()
})

test('other content in the same file is something else, and so are bytes that are gone', () => {
  const { file } = start('')
  const identities = new LineIdentities({ descriptor: () => null }, () => 100)
  const before = identities.of(file.begin(0, 3, Buffer.from('a\nb')), 1)
  file.since = 7n
  expect([before, identities.of(file.begin(0, 3, Buffer.from('a\nb')), 1)]).toEqual(['1:2:10:0:2', '1:2:10:7:2'])
  expect(identities.of(file.begin(0, 3), 0)).toBeNull()
})
