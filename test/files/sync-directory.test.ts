import { expect, test } from '@jest/globals'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectoriesTo, syncDirectory, syncDirectorySync } from '../../lib/files/sync-directory.js'
import { temporary } from '../support/temporary.js'

test('syncs a directory, and those above it; what it is good for, the tests of power losses show', async () => {
  const directory = temporary()
  mkdirSync(join(directory, 'a', 'b'), { recursive: true })
  await syncDirectory(directory)
  syncDirectorySync(directory)
  syncDirectoriesTo(join(directory, 'a', 'b', 'file'))
  syncDirectoriesTo('file')
})

test('does nothing where directories cannot be synced, and fails where there is none', async () => {
  await syncDirectory('/proc')
  syncDirectorySync('/proc')
  await expect(syncDirectory('/nowhere')).rejects.toThrow('ENOENT')
  expect(() => syncDirectoriesTo('/nowhere/file')).toThrow('ENOENT')
})
