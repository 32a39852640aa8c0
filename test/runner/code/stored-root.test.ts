import { MemoryBackend, type Backend, type JsonObject, type Transaction } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { readCodeEntry } from '../../../lib/runner/code/code-entry.js'
import { readClosure } from '../../../lib/runner/code/closure.js'
import type { RootSettings } from '../../../lib/runner/code/root.js'
import { removeCode, storeCode } from '../../../lib/runner/code/store.js'
import { StoredRoot } from '../../../lib/runner/code/stored-root.js'

/** Of code, its text. */
class Texts extends StoredRoot<string> {
  users = 2
  isClosed = false

  constructor(kv: Backend) {
    super(kv, { below: 'lab', log: silentLogger }, ({ keys }) => ({
      kind: 'code',
      make: async (path, needs) => {
        const { js, hash } = await readClosure(kv, keys, path, { needs })
        return { value: js, hash }
      },
    }))
  }

  add(name: string | string[], code?: string): Promise<void> {
    return this.write(name, code, { info: 'for a test' })
  }

  protected store({ kv, keys }: RootSettings, path: readonly string[], written: JsonObject): Promise<void> {
    return kv.transact((txn) => storeCode(txn, keys, path, readCodeEntry(written, path.join('.'))))
  }

  protected drop(txn: Transaction, { keys }: RootSettings, path: readonly string[]): Promise<void> {
    return removeCode(txn, keys, path)
  }

  protected isLeft(): boolean {
    this.users -= 1
    return this.users === 0
  }

  protected close(): void {
    this.isClosed = true
  }
}

test('what is written is used at once, below its path, and gone once it is removed', async () => {
  const kv = new MemoryBackend()
  const root = new Texts(kv)
  await root.ready
  const told: string[] = []
  const stop = root.onChange((path) => told.push(path))
  await root.add('a.b', 'return 1')
  expect(JSON.parse((await kv.get('/deadbeat/code/proc/lab/a/b'))[0] ?? '')).toMatchObject({ info: 'for a test' })
  const first = root.get(['a', 'b'])
  await root.add(['a', 'b'], 'return 2')
  expect([first.value, first.superseded.aborted, root.get('a.b').value]).toEqual(['return 1', true, 'return 2'])
  expect(root.list()).toMatchObject([{ path: 'lab.a.b', error: null }])
  stop()
  await root.add('a.b')
  expect(() => root.get('a.b')).toThrow(expect.objectContaining({ code: 'ERR_NO_CODE' }))
  await expect(root.remove('a.b')).rejects.toThrow('there is no code lab.a.b')
  expect(new Set(told)).toEqual(new Set(['lab.a.b']))
  await root[Symbol.asyncDispose]()
  await root[Symbol.asyncDispose]()
})

test('it is closed when nobody uses it any more, and not before', async () => {
  const root = new Texts(new MemoryBackend())
  await root.ready
  await root[Symbol.asyncDispose]()
  expect(root.isClosed).toBe(false)
  await root[Symbol.asyncDispose]()
  expect(root.isClosed).toBe(true)
})
