import { afterEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Etcd3Backend } from '../../../lib/kv/index.js'
import { keyOf } from '../../../lib/kv/path.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'

const PYTHON = '/usr/bin/python3'
const hasPeer = hasEtcd && existsSync('/usr/lib/python3/dist-packages/etcd3/__init__.py')

const cleanups = new Set<() => unknown>()
afterEach(async () => {
  for (const cleanup of cleanups) await cleanup()
  cleanups.clear()
})

async function start() {
  const etcd = await startEtcd()
  const kv = new Etcd3Backend({ host: etcd.host, port: etcd.port })
  const script = fileURLToPath(new URL('./peer.py', import.meta.url))
  const child = spawn(PYTHON, [script, etcd.host, String(etcd.port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (method: string, ...args: unknown[]): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify([method, ...args])}\n`)
    const { value, done } = await answers.next()
    if (done === true) throw new Error(`the peer ended before it answered ${method}`)
    return JSON.parse(value) as unknown
  }
  cleanups.add(() => child.stdin.end())
  cleanups.add(() => kv.close())
  return { kv, ask }
}

const PATHS = ['/a', '/a/b', '/a-b', '/pb/pb-x/state', '/é', '/\ufffd', '/\u{1f600}/ü', '/x'.repeat(12)]

// What isn't installed is told by `npm run verify`, which leaves nothing out where CI is set.
if (hasPeer) {
  test('what one writes the other reads, byte for byte', async () => {
    const { kv, ask } = await start()
    for (const [i, path] of PATHS.entries()) {
      if (i % 2 === 0) await kv.create(path, `${path} Ωµ`)
      else expect(await ask('create', path, `${path} Ωµ`)).toBe(true)
    }
    for (const path of PATHS) {
      const [value, { modRevision }] = await kv.get(path)
      expect([value, modRevision]).toEqual(await ask('get', path))
      expect(value).toBe(`${path} Ωµ`)
    }
    const raw = (await ask('raw')) as string[]
    const ours = PATHS.map((path) => Buffer.from(keyOf(path), 'latin1').toString('hex'))
    expect(raw.filter((key) => ours.includes(key))).toEqual(ours.sort())
  })

  test('listings are the same, in the same order, whoever wrote what is listed', async () => {
    const { kv, ask } = await start()
    const names = ['a', 'ab', 'b', 'ax', 'ab/c', 'a/d', 'a/d/x', 'a-b', 'é', '\ufffd', '\u{1f600}']
    for (const [i, name] of names.entries()) {
      if (i % 2 === 0) await kv.create(`/k/${name}`, '')
      else await ask('create', `/k/${name}`, '')
    }
    for (const path of ['/k/', '/k', '/k/a', '/k/a/', '/']) {
      for (const levels of [[0], [1], [2], [0, 1, 2], [3, 2, 1]]) {
        expect((await kv.listKeys(path, { recurse: levels }))[0]).toEqual(await ask('list', path, levels))
      }
    }
  })

  test('what one deletes or updates is so for the other, and neither creates what is there', async () => {
    const { kv, ask } = await start()
    await kv.create('/one', 'x')
    expect(await ask('create', '/one', 'y')).toBe(false)
    expect(await ask('update', '/one', 'z')).toBe(true)
    await expect(kv.create('/one', 'y')).rejects.toMatchObject({ code: 'ERR_KV_COLLISION' })
    expect(await ask('delete', '/one')).toBe(true)
    await expect(kv.update('/one', 'y')).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
    expect(await ask('update', '/one', 'y')).toBe(false)
  })

  test('both count at once, and no increment is lost', async () => {
    const { kv, ask } = await start()
    await kv.create('/counter', '0')
    const work = async (): Promise<void> => {
      for (let i = 0; i < 100; i++) {
        await kv.transact(async (txn) => txn.update('/counter', String(Number(await txn.get('/counter')) + 1)), {
          maxRetries: 10_000,
        })
      }
    }
    await Promise.all([ask('increment', '/counter', 100, 4), ...Array.from({ length: 4 }, work)])
    expect((await kv.get('/counter'))[0]).toBe('800')
  })
}
