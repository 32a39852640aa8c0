import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MemoryBackend } from '../../lib/kv/index.js'
import { openRights } from '../../lib/rights/open-rights.js'
import { temporary } from '../support/temporary.js'

const anonymous = { kind: 'anonymous' } as const
const ANNA = '{"rules":[{"who":"key anna","may":"read","on":"a.*"}]}'
const anna = { kind: 'key', id: '', name: 'anna' } as const

test('who is not known may all only where this machine alone comes in, and nobody gave rules', async () => {
  const file = join(temporary(), 'rights.json')
  writeFileSync(file, ANNA)
  const may = async (options: Parameters<typeof openRights>[0]) =>
    (await openRights(options)).rights.may(anonymous, 'read', 'a.b')
  expect(await may({ isLocalWithoutKeys: true })).toBe(true)
  expect(await may({ isLocalWithoutKeys: false })).toBe(false)
  expect(await may({})).toBe(false)
  expect(await may({ isLocalWithoutKeys: true, file })).toBe(false)
})

test('rules come from a file or from kv', async () => {
  const file = join(temporary(), 'rights.json')
  writeFileSync(file, ANNA)
  await using kv = new MemoryBackend()
  await kv.put('/rights', ANNA)
  for (const options of [{ file }, { kv, key: '/rights' }]) {
    const { rights, close } = await openRights(options)
    expect([rights.may(anna, 'read', 'a.b'), rights.may(anna, 'set', 'a.b')]).toEqual([true, false])
    close()
  }
})

test('both, or a key without a database, is a fault of the configuration', async () => {
  await expect(openRights({ file: '/a.json', key: '/b' })).rejects.toThrow('not both: they are /a.json and /b')
  await expect(openRights({ key: '/b' })).rejects.toThrow('rights.key needs a database: set kv.url')
})
