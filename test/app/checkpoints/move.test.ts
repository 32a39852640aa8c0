import { expect, test } from '@jest/globals'
import { join } from 'node:path'
import type { Address } from '../../../lib/app/checkpoints/address.js'
import { bringToDatabase, bringToFile } from '../../../lib/app/checkpoints/move.js'
import type { Shelf } from '../../../lib/app/checkpoints/shelf.js'
import { CheckpointFile } from '../../../lib/files/checkpoint-file.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'

const ONE = { url: 'kv:one', path: '/a' }
const OTHER = { url: 'kv:other', path: '/a' }

/** A state directory, and databases that each hold a text. */
function start() {
  const file = new CheckpointFile(join(temporary(), 'a.checkpoint'))
  const held = new Map<string, string>()
  const done: string[] = []
  const shelf = ({ url }: Address): Promise<Shelf> =>
    Promise.resolve({
      name: url,
      read: () => Promise.resolve(held.get(url) ?? null),
      store: (json) => Promise.resolve(void held.set(url, json)),
      clear: () => Promise.resolve(void held.delete(url)),
      release: () => Promise.resolve(void done.push(`released ${url}`)),
    })
  const says = () => {
    const kept = file.read()
    return kept?.version === 2 ? (JSON.parse(kept.json) as unknown) : (kept?.json ?? null)
  }
  return { file, held, done, says, context: { file, shelf, log: silentLogger } }
}

test('where nothing was ever kept there is nothing, in whatever place', async () => {
  const { context } = start()
  expect(await bringToFile(context)).toBe(null)
  expect(await bringToDatabase(context, ONE)).toEqual([null, false])
})

test('a record in the file is moved into the database, and the file says so', async () => {
  const { context, file, held, says } = start()
  await file.store('{"n":1}')
  expect(await bringToDatabase(context, ONE)).toEqual(['{"n":1}', true])
  expect([held.get('kv:one'), says()]).toEqual(['{"n":1}', ONE])
  held.set('kv:one', '{"n":2}')
  expect(await bringToDatabase(context, ONE)).toEqual(['{"n":2}', true])
})

test('a record in the database is moved back into the file', async () => {
  const { context, file, held, done, says } = start()
  held.set('kv:one', '{"n":1}')
  await file.point(JSON.stringify(ONE))
  expect(await bringToFile(context)).toBe('{"n":1}')
  expect([held.size, says(), done]).toEqual([0, '{"n":1}', ['released kv:one']])
})

test('a record is moved from one database to another', async () => {
  const { context, file, held, done, says } = start()
  held.set('kv:one', '{"n":1}')
  await file.point(JSON.stringify(ONE))
  expect(await bringToDatabase(context, OTHER)).toEqual(['{"n":1}', true])
  expect([[...held], says(), done]).toEqual([[['kv:other', '{"n":1}']], OTHER, ['released kv:one']])
})

test('a record of which the file knows nothing, as another machine has it, is gone on from', async () => {
  const { context, held } = start()
  held.set('kv:one', '{"n":1}')
  expect(await bringToDatabase(context, ONE)).toEqual(['{"n":1}', false])
})

test.each([
  ['the file', ONE, async ({ file }: ReturnType<typeof start>) => file.store('{"n":1}')],
  ['another database', OTHER, async ({ file }: ReturnType<typeof start>) => file.point(JSON.stringify(ONE))],
])('a move from %s that was broken off behind the copy is ended', async (_, to, before) => {
  const rig = start()
  await before(rig)
  rig.held.set('kv:one', '{"n":1}').set('kv:other', '{"n":1}')
  expect(await bringToDatabase(rig.context, to)).toEqual(['{"n":1}', true])
  expect(rig.says()).toEqual(to)
})

test('of two that differ none is chosen', async () => {
  const { context, file, held } = start()
  await file.store('{"n":1}')
  held.set('kv:one', '{"n":2}').set('kv:other', '{"n":3}')
  await expect(bringToDatabase(context, ONE)).rejects.toMatchObject({
    code: 'ERR_CHECKPOINT',
    message: `there are two check-points, in ${file.name} and in kv:one: to go on from the first, delete the other; to go on from the other, move ${file.name} away`,
  })
  await file.point(JSON.stringify(ONE))
  await expect(bringToDatabase(context, OTHER)).rejects.toThrow('two check-points, in kv:one and in kv:other')
  expect([...held]).toEqual([
    ['kv:one', '{"n":2}'],
    ['kv:other', '{"n":3}'],
  ])
})

test('one that is not where the file says is missed, not begun anew', async () => {
  const { context, file } = start()
  await file.point(JSON.stringify(ONE))
  const missing = {
    code: 'ERR_CHECKPOINT',
    message: `${file.name} says that the check-point is in kv:one (/a), and there is none: bring it back, or remove ${file.name} to begin anew`,
  }
  await expect(bringToFile(context)).rejects.toMatchObject(missing)
  await expect(bringToDatabase(context, ONE)).rejects.toMatchObject(missing)
  await expect(bringToDatabase(context, OTHER)).rejects.toMatchObject(missing)
  await file.point('{"elsewhere":true}')
  await expect(bringToFile(context)).rejects.toThrow(`${file.name} must say where the check-point is: it says {"else`)
})
