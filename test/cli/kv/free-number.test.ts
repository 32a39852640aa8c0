import { expect, test } from '@jest/globals'
import { numbered, withFreeNumber } from '../../../lib/cli/kv/free-number.js'
import { startKv } from './run-kv.js'

test('the first number that is free is taken, from 0 on', async () => {
  const { engine, fill } = startKv()
  expect(await withFreeNumber(engine, numbered('/pb/x-###.y'))).toBe('/pb/x-000.y')
  await fill({ '/pb/x-000.y': '', '/pb/x-001.y': '', '/pb/x-002': '', '/pb/x-003.y': '' })
  expect(await withFreeNumber(engine, numbered('/pb/x-###.y'))).toBe('/pb/x-002.y')
})

test('when all are taken, that is a conflict', async () => {
  const { engine, fill } = startKv()
  await fill(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`/n/${n}`, ''])))
  await expect(withFreeNumber(engine, numbered('/n/#'))).rejects.toMatchObject({ exitCode: 73 })
})

test('there is one place for it, in the last name', () => {
  for (const path of ['/a', '/#/a', '/a#b#', '#']) expect(() => numbered(path)).toThrow(/needs ### in the last name/)
})
