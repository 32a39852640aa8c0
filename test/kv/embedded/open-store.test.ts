import { expect, test } from '@jest/globals'
import { statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { newPath, openAlone, put, startTables } from './kit.js'

test('its directory and its files are for the owner only', () => {
  const path = `${temporary()}/deep/er/store.kv`
  startTables(path)
  const modes = [dirname(path), path, `${path}-lock`].map((name) => (statSync(name).mode & 0o777).toString(8))
  expect(modes).toEqual(['700', '600', '600'])
})

test('a file that is no store is refused, with its name', () => {
  const path = newPath()
  writeFileSync(path, 'a text\n'.repeat(3000))
  expect(() => openAlone(path)).toThrow(`${path} can't be used as a store: it is no store`)
})

test('a file where no directory can be is refused', () => {
  const path = newPath()
  writeFileSync(path, '')
  expect(() => openAlone(`${path}/store.kv`)).toThrow(/not available: EEXIST/)
})

test.each([100, 4096, 8192, 16_384, 200_000])(
  'a file that was cut off after %d bytes is told damaged, and takes nobody with it',
  async (length) => {
    const path = newPath()
    const { commit, close } = startTables(path)
    commit(...Array.from({ length: 300 }, (_, i) => put(`k${i}`, 'v'.repeat(1000))))
    await close()
    truncateSync(path, length)
    expect(() => openAlone(path)).toThrow(expect.objectContaining({ code: 'ERR_KV_FILE' }))
  },
)

test('a file where the system lets no directory be made is refused, and nothing is waited for', () => {
  expect(() => openAlone('/proc/deadbeat/store.kv')).toThrow(/^\/proc\/deadbeat\/store\.kv is not available: .*ENOENT/)
})
