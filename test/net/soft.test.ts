import { expect, test } from '@jest/globals'
import { loadSoft } from '../../lib/net/soft.js'

const failing = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }))

test('gives what is there, and says how to install what is not', async () => {
  expect(await loadSoft('Cog', 'a', () => Promise.resolve(7))).toBe(7)
  await expect(loadSoft('Cog', 'a', failing('ERR_MODULE_NOT_FOUND'))).rejects.toMatchObject({
    code: 'ERR_MISSING_PACKAGE',
    message: 'Cog needs a package that is not there: npm install a',
  })
})

test('a package that is broken says so itself', async () => {
  await expect(loadSoft('Cog', 'a', failing('ERR_DLOPEN_FAILED'))).rejects.toThrow('no')
})
