import type { EtcdEngine } from '../../../lib/kv/etcd/etcd-engine.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { NO_LEASE } from '../../../lib/kv/engine/lease-id.js'
import { hasEtcd, startEtcd, type Etcd } from '../../support/etcd.js'
import { engineAt, put, Told } from '../../support/etcd-rig.js'
import { faultProxy, type FaultProxy } from '../../support/fault-proxy.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** Write a key so often that a watch has to catch up for a while. Resolves to the last revision. */
async function putMany(engine: EtcdEngine, key: string, count: number): Promise<number> {
  let last = 0
  for (let done = 0; done < count; done += 100) {
    const some = Array.from({ length: Math.min(100, count - done) }, () => put(engine, key, 'x'.repeat(50)))
    last = Math.max(last, ...(await Promise.all(some)))
  }
  return last
}

/** Each revision once, in order. */
function expectAll(told: Told, first: number, last: number): void {
  expect(told.revisions).toEqual(Array.from({ length: last - first + 1 }, (_, i) => first + i))
}

if (hasEtcd) {
  describe('watches of a real etcd', () => {
    let etcd: Etcd
    let n = 0
    beforeAll(async () => {
      etcd = await startEtcd()
    })

    /** A writer beside the link, a client on it, and a watch that is there. */
    async function start(from = 0) {
      const at = `w${n++}/`
      const proxy = await faultProxy(etcd.port)
      cleanups.add(() => proxy.close())
      const writer = engineAt(cleanups, etcd)
      const engine = engineAt(cleanups, proxy, { retryMs: 1 })
      const told = new Told()
      const watch = engine.watch(prefixRange(at), from, told)
      await told.until(({ openedAt }) => openedAt !== null)
      return { at, proxy, writer, engine, told, watch }
    }

    it('tells what happens from now on, each commit as one', async () => {
      const { at, writer, told } = await start()
      const opened = told.openedAt as number
      const op = 'put'
      const value = Buffer.from('v')
      const key = (name: string): string => `${at}${name}`
      await writer.commit(
        [],
        [
          { op, key: key('a'), value, lease: NO_LEASE },
          { op, key: key('b'), value, lease: NO_LEASE },
        ],
      )
      await writer.commit([], [{ op: 'delete', ...prefixRange(at) }])
      await told.until(({ revisions }) => revisions.length === 2)
      expect(told.texts).toEqual([`${at}a=v`, `${at}b=v`, `-${at}a`, `-${at}b`])
      expectAll(told, opened + 1, opened + 2)
      expect(told.changes[2]?.kv.mod).toBe(opened + 2)
    })

    it('tells what happened since a revision', async () => {
      const { at, writer, engine } = await start()
      const first = await put(writer, `${at}a`, '1')
      const last = await put(writer, `${at}a`, '2')
      const told = new Told()
      engine.watch({ key: `${at}a` }, first, told)
      await told.until(({ revisions }) => revisions.length === 2)
      expectAll(told, first, last)
    })

    it('tells nothing once it is closed, and the others go on', async () => {
      const { at, writer, engine, told, watch } = await start()
      const other = new Told()
      engine.watch(prefixRange(at), 0, other)
      await other.until(({ openedAt }) => openedAt !== null)
      watch.close()
      watch.close()
      await put(writer, `${at}a`)
      await other.until(({ revisions }) => revisions.length === 1)
      expect(told.revisions).toEqual([])
    })

    it('can be closed before it is there', async () => {
      const { at, writer, engine, told } = await start()
      const early = new Told()
      engine.watch(prefixRange(at), 0, early).close()
      await put(writer, `${at}a`)
      await told.until(({ revisions }) => revisions.length === 1)
      expect([early.openedAt, early.revisions]).toEqual([null, []])
    })

    it('ends the stream when nobody watches any more, and has a new one for the next', async () => {
      const { at, writer, engine, watch } = await start()
      watch.close()
      await new Promise((resolve) => setImmediate(resolve))
      const told = new Told()
      engine.watch(prefixRange(at), 0, told)
      await told.until(({ openedAt }) => openedAt !== null)
      await put(writer, `${at}a`)
      await told.until(({ revisions }) => revisions.length === 1)
    })

    it('tells of a range that makes no sense', async () => {
      const { engine } = await start()
      const told = new Told()
      engine.watch({ key: 'b', end: 'a' }, 0, told)
      await told.until(({ error }) => error !== null)
      expect(told.error).toMatchObject({ code: 'ERR_KV_REFUSED' })
    })

    // The three ways in which another client lost 0, 2500 and 3500 of 3501 changes.
    describe.each([
      ['', () => undefined],
      [
        ' and breaks again after the first changes',
        (proxy: FaultProxy, told: Told) =>
          void told.until(({ revisions }) => revisions.length > 1).then(() => proxy.cut()),
      ],
      [
        ' and breaks again as soon as the watch is there',
        (proxy: FaultProxy) => void proxy.cutInstead((chunk) => chunk.length > 2000),
      ],
    ] as const)('when the link breaks%s', (_, again: (proxy: FaultProxy, told: Told) => void) => {
      it('tells 3501 of 3501 changes, each once', async () => {
        const { at, proxy, writer, told } = await start()
        const first = await put(writer, `${at}a`)
        await told.until(({ revisions }) => revisions.length === 1)
        proxy.refuse()
        const last = await putMany(writer, `${at}a`, 3500)
        again(proxy, told)
        proxy.accept()
        await told.until(({ revisions }) => revisions.at(-1) === last)
        expectAll(told, first, last)
      })
    })

    it('loses and repeats nothing wherever the link breaks while it catches up', async () => {
      const { at, proxy, writer, told } = await start()
      const first = await put(writer, `${at}a`)
      await told.until(({ revisions }) => revisions.length === 1)
      let last = 0
      for (const bytes of [1, 40, 60, 80, 100, 120, 150, 200, 300, 500, 1000, 3000, 5000]) {
        proxy.refuse()
        last = await putMany(writer, `${at}a`, 100)
        const cut = proxy.cutAfter(bytes)
        proxy.accept()
        await cut
        await told.until(({ revisions }) => revisions.at(-1) === last)
      }
      expectAll(told, first, last)
    })

    it('tells a gap, or everything, while history is compacted away under it', async () => {
      const { at, proxy, writer, engine } = await start()
      const seen: number[] = []
      let gaps = 0
      let revision = (await writer.range([])).revision
      const first = revision + 1
      let told = new Told()
      const open = (from: number): void => {
        told = new Told()
        engine.watch(prefixRange(at), from, told)
      }
      open(first)
      for (let round = 0; round < 60; round++) {
        if (round % 10 === 5) proxy.cut()
        revision = await putMany(writer, `${at}a`, 5)
        await writer.compact(revision)
        const now = told
        await now.until(({ revisions, gapAt }) => gapAt !== null || revisions.at(-1) === revision)
        seen.push(...now.revisions.splice(0))
        if (now.gapAt !== null) {
          gaps += 1
          expect(now.gapAt).toBeLessThanOrEqual(revision)
          open(revision + 1)
        }
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      // What is missing lies before a gap that was told.
      if (gaps === 0) expect(seen.length).toBe(revision - first + 1)
    })

    it('asks again for thousands of watches when the link breaks, and each is told', async () => {
      const { at, proxy, writer, engine } = await start()
      const all = Array.from({ length: 2000 }, (_, i) => {
        const told = new Told()
        engine.watch({ key: `${at}${i}` }, 0, told)
        return told
      })
      await Promise.all(all.map((told) => told.until(({ openedAt }) => openedAt !== null)))
      proxy.refuse()
      await Promise.all(all.map((_, i) => put(writer, `${at}${i}`)))
      proxy.accept()
      await Promise.all(all.map((told) => told.until(({ revisions }) => revisions.length > 0)))
      expect(all.filter(({ revisions }) => revisions.length !== 1)).toEqual([])
    })

    it('notices by its pings that a link has gone in silence', async () => {
      const { at, proxy, writer, engine } = await start()
      const pinging = engineAt(cleanups, proxy, { retryMs: 1, pingMs: 5000, pingTimeoutMs: 500 })
      await engine.close()
      const told = new Told()
      pinging.watch(prefixRange(at), 0, told)
      await told.until(({ openedAt }) => openedAt !== null)
      const before = proxy.connections
      proxy.blackHole()
      await put(writer, `${at}a`)
      await until(() => proxy.connections > before)
      proxy.heal()
      await told.until(({ revisions }) => revisions.length === 1)
    })
  })

  describe('watches of an etcd that suffers', () => {
    let etcd: Etcd
    beforeAll(async () => {
      etcd = await startEtcd()
    })

    async function start() {
      const engine = engineAt(cleanups, etcd, { retryMs: 10, maxRetries: 500 })
      const told = new Told()
      engine.watch(prefixRange('k'), 0, told)
      await told.until(({ openedAt }) => openedAt !== null)
      return { engine, told, first: (told.openedAt as number) + 1 }
    }

    it('go on when it was killed and started again', async () => {
      const { engine, told, first } = await start()
      await put(engine, 'k')
      await etcd.restart()
      const last = await put(engine, 'k')
      await told.until(({ revisions }) => revisions.at(-1) === last)
      expectAll(told, first, last)
    })

    it('go on when it stood still', async () => {
      const { engine, told, first } = await start()
      etcd.stop()
      const putting = put(engine, 'k')
      for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve))
      etcd.cont()
      const last = await putting
      await told.until(({ revisions }) => revisions.at(-1) === last)
      expectAll(told, first, last)
    })

    it('tell a gap when another store stands in its place', async () => {
      const { engine, told, first } = await start()
      const last = await put(engine, 'k')
      await told.until(({ revisions }) => revisions.at(-1) === last)
      const late = new Told()
      await etcd.replace()
      await told.until(({ gapAt }) => gapAt !== null)
      expectAll(told, first, last)
      // Whoever read in the old store can't go on in the new one, either.
      engine.watch(prefixRange('k'), last + 1, late)
      await late.until(({ gapAt }) => gapAt !== null)
      expect([told.gapAt, late.gapAt, late.revisions]).toEqual([0, 0, []])
    })
  })
}
