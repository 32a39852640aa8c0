import { expect, test } from '@jest/globals'
import { tmpdir } from 'node:os'
import { untoldFileSystem } from '../../lib/files/file-system.js'

test('names the file systems that have to be polled, by the number that statfs gives', () => {
  const on = (type: number) => untoldFileSystem('/any', () => ({ type }))
  expect([0x6969, 0x65735546, 0x01021997, 0x794c7630, 0xfe534d42 | 0].map(on)).toEqual([
    'nfs',
    'fuse',
    '9p',
    'overlay',
    'smb2',
  ])
  expect(on(0xef53)).toBeNull()
})

test('asks the kernel, and says nothing of a path that does not exist', () => {
  expect(['nfs', 'fuse', '9p', 'overlay', null]).toContain(untoldFileSystem(tmpdir()))
  expect(untoldFileSystem('/nowhere/at/all')).toBeNull()
})
