import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { readPaths, readText, readTexts } from '../../../lib/kv/entities/access.js'

test('a database and a transaction are read in the same way', async () => {
  await using kv = new MemoryBackend()
  for (const path of ['/a/b', '/a/b/c', '/a/d/e']) await kv.create(path, `at ${path}`)
  await kv.transact(async (txn) => {
    for (const db of [kv, txn]) {
      expect([await readText(db, '/a/b'), await readText(db, '/none')]).toEqual(['at /a/b', null])
      expect(await readPaths(db, '/a/', 1)).toEqual(['/a/b/c', '/a/d/e'])
      expect(await readTexts(db, '/a/', 0)).toEqual([['/a/b', 'at /a/b']])
    }
  })
})
