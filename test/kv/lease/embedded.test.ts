/** Locks between processes that have one file open: the test is one of them, real children are the others. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { EmbeddedBackend } from '../../../lib/kv/backend/embedded-backend.js'
import { FROM_SOURCE, startScript } from '../../support/child.js'
import { standStill } from '../../support/stand-still.js'
import { temporary } from '../../support/temporary.js'
import { Cleanups } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

function start() {
  const file = `${temporary()}/store.kv`
  const kv = new EmbeddedBackend({ file })
  cleanups.add(() => kv.close())
  /** A child with the file open as `kv`; `line()` resolves to what it prints next. */
  const startChild = (body: string) => {
    const { child, ended } = startScript(
      `const { EmbeddedBackend } = await import(source + 'lib/kv/backend/embedded-backend.ts')
       const kv = new EmbeddedBackend({ file: ${JSON.stringify(file)} })
       ${body}`,
      FROM_SOURCE,
    )
    cleanups.add(() => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })
    return { child, ended, line: async () => String((await once(lines, 'line'))[0]) }
  }
  return { kv, file, startChild }
}

const COUNT_UP = `
  for (let i = 0; i < 20; i++) {
    const lock = await kv.lock('/l')
    const [count] = await kv.get('/count')
    await kv.put('/count', String(Number(count ?? 0) + 1)) // Without a transaction: it is the lock that makes it right.
    await lock.release()
  }
  await kv.close()`

describe('on a file', () => {
  it('processes that take turns by a lock count right', async () => {
    const { kv, startChild } = start()
    const children = [startChild(COUNT_UP), startChild(COUNT_UP), startChild(COUNT_UP)]
    const ends = await Promise.all(children.map(({ ended }) => ended))
    expect(ends.map(({ code, errors }) => [code, errors])).toEqual([0, 0, 0].map((code) => [code, '']))
    expect((await kv.get('/count'))[0]).toBe('60')
  })

  it('a lock is free once the lease of a process that was killed is over', async () => {
    const { kv, startChild } = start()
    const { child, line } = startChild(`
      const lock = await kv.lock('/l', { ttlMs: 1000 })
      console.log(lock.fencingToken)`)
    const token = Number(await line())
    child.kill('SIGKILL')
    const lock = await kv.lock('/l')
    expect(lock.fencingToken).toBeGreaterThan(token)
  })

  it('a process that stood still longer than its lease writes nothing when it goes on', async () => {
    const { kv, file, startChild } = start()
    const { child, line } = startChild(`
      const { lease } = await kv.lock('/l', { ttlMs: 1000 })
      process.once('SIGUSR2', () => {
        const written = kv.put('/written', '', { lease })
        written.then(() => console.log('written'), ({ code }) => console.log(code)).then(() => process.exit())
      })
      console.log('ready')`)
    await line()
    await standStill(child, file)
    const lock = await kv.lock('/l')
    const { revision } = await kv.engine.range([])
    const said = line()
    child.kill('SIGUSR2')
    child.kill('SIGCONT')
    expect(await said).toBe('ERR_KV_LEASE_LOST')
    const [value, at] = await kv.get('/written')
    expect([value, at.revision, lock.isHeld]).toEqual([null, revision, true])
  })
})
