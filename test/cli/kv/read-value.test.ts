import { expect, test } from '@jest/globals'
import { readFile, readValue } from '../../../lib/cli/kv/read-value.js'
import { temporary } from '../../support/temporary.js'

const nothing = { readAll: () => Promise.resolve(Buffer.from('from stdin')) }

test('a value is given once', async () => {
  expect(Buffer.from(await readValue(nothing, 'ü', undefined)).toString()).toBe('ü')
  expect(Buffer.from(await readValue(nothing, '-', undefined)).toString()).toBe('from stdin')
  await expect(readValue(nothing, 'a', 'b')).rejects.toMatchObject({ exitCode: 64 })
  await expect(readValue(nothing, undefined, undefined)).rejects.toThrow(/a value is needed, once/)
})

test('a file that cannot be read is told with its name', () => {
  const none = `${temporary()}/none`
  expect(() => readFile(none)).toThrow(`${none} cannot be read (ENOENT)`)
  expect(() => readFile(none)).toThrow(expect.objectContaining({ exitCode: 66 }))
})
