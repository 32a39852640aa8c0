import { expect, test } from '@jest/globals'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkFile, makeLockFile } from '../../../lib/kv/embedded/file-head.js'
import { newPath, startTables } from './kit.js'

async function startStore() {
  const path = newPath()
  const { close } = startTables(path)
  await close()
  return path
}

test('a file that is not there is made, empty, and nothing else', () => {
  const path = newPath()
  checkFile(path)
  expect(statSync(path).size).toBe(0)
  expect(readdirSync(dirname(path))).toEqual(['store.kv'])
})

test('a store passes', async () => {
  checkFile(await startStore())
})

test.each([
  ['a text', () => Buffer.from('a text\n'.repeat(3000)), 'it is no store'],
  ['zeros', () => Buffer.alloc(20_000), 'it is no store'],
  ['its head alone', (whole: Buffer) => whole.subarray(0, 4096), 'it ends in its head'],
  ['the second head gone', (whole: Buffer) => Buffer.from(whole).fill(0, 4096, 8192), 'it is no store'],
  ['another version', (whole: Buffer) => Buffer.from(whole).fill(1, 0x1c, 0x1d), "lmdb's format 1"],
])('%s is refused', async (_, change, text) => {
  const path = await startStore()
  writeFileSync(path, change(readFileSync(path)))
  const attempt = (): void => { checkFile(path) } // prettier-ignore
  expect(attempt).toThrow(expect.objectContaining({ code: 'ERR_KV_FILE', path }))
  expect(attempt).toThrow(text)
})

test('the file of the locks is made whole, and one that is there is left alone', () => {
  const path = newPath()
  makeLockFile(path)
  expect(statSync(path)).toMatchObject({ size: 65_536 })
  writeFileSync(path, 'mine')
  makeLockFile(path)
  expect(readFileSync(path, 'latin1')).toBe('mine')
  expect(existsSync(`${path}.${process.pid}`)).toBe(false)
})
