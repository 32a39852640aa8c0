/** Leases and locks on a real etcd, over a link with faults, beside its own command, and in a process that stands still. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Etcd3Backend } from '../../../lib/kv/backend/etcd3-backend.js'
import { FROM_SOURCE } from '../../support/child.js'
import { hasEtcd, startEtcd, type Etcd } from '../../support/etcd.js'
import { faultProxy } from '../../support/fault-proxy.js'
import { root } from '../../support/sources.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

let etcd: Etcd

function open(port = etcd.port): Etcd3Backend {
  const kv = new Etcd3Backend({ port, retryMs: 20 })
  cleanups.add(() => kv.close())
  return kv
}

/** A database by a link with faults, and one without. */
async function start() {
  const proxy = await faultProxy(etcd.port)
  cleanups.add(() => proxy.close())
  return { proxy, kv: open(proxy.port), direct: open() }
}

/** The number of places in a line, each time that it changes, until it is so. */
async function untilPlaces(kv: Etcd3Backend, path: string, count: number): Promise<void> {
  for await (const all of kv.members(path)) if (all.size === count) return
}

// What isn't installed is told by `npm run verify`, which leaves nothing out where CI is set.
if (hasEtcd) {
  beforeAll(async () => {
    etcd = await startEtcd()
  })

  describe('on a real etcd', () => {
    it('a lease behind a black hole is told lost while the store still has it', async () => {
      const { proxy, kv, direct } = await start()
      const lease = await kv.lease({ ttlMs: 2000 })
      await kv.create('/alive', '', { lease })
      const order: string[] = []
      const watch = direct.watch('/alive')
      const isGone = watch.next().then(() => order.push('gone from the store'))
      proxy.blackHole()
      await lease.lost
      order.push('lost')
      await expect(kv.put('/alive', 'still', { lease })).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST' })
      await isGone
      watch.close()
      expect(order).toEqual(['lost', 'gone from the store'])
      proxy.heal()
    })

    it('a lease outlives cuts of its link, and a restart of the store', async () => {
      const { proxy, kv } = await start()
      const lease = await kv.lease({ ttlMs: 5000 })
      await kv.create('/kept', '', { lease })
      for (let i = 0; i < 2; i++) {
        const before = lease.deadlineMs
        proxy.cut()
        await until(() => lease.deadlineMs > before)
      }
      await etcd.restart()
      const before = lease.deadlineMs
      await until(() => lease.deadlineMs > before)
      expect([lease.alive(), (await kv.get('/kept'))[0]]).toEqual([true, ''])
    })

    it('a lock stands in one line with etcdctl', async () => {
      const kv = open()
      const ours = await kv.lock('/l')
      const theirs = spawn('etcdctl', ['--endpoints', etcd.url, 'lock', '2/l'], {
        env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = createInterface({ input: theirs.stdout })
      const held = once(lines, 'line')
      await untilPlaces(kv, '/l', 2)
      let isNext = false
      const next = kv.lock('/l').then((lock) => {
        isNext = true
        return lock
      })
      await untilPlaces(kv, '/l', 3)
      await ours.release()
      expect((await held)[0]).toMatch(/^2\/l\/[0-9a-f]+$/)
      expect(isNext).toBe(false)
      theirs.kill('SIGTERM')
      expect((await next).fencingToken).toBeGreaterThan(ours.fencingToken)
    })

    it('a leader is the one that etcdctl sees', async () => {
      const kv = open()
      const leadership = await kv.elect('/e', 'first')
      await leadership.proclaim('ü')
      const [value] = await kv.get(leadership.keyPath)
      const listen = spawn('etcdctl', ['--endpoints', etcd.url, 'elect', '--listen', '2/e'], {
        env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      cleanups.add(() => listen.kill())
      const [key] = (await once(createInterface({ input: listen.stdout }), 'line')) as [string]
      expect([key, value]).toEqual([`2${leadership.keyPath}`, 'ü'])
    })

    it('a process that stood still longer than its lease writes nothing when it goes on', async () => {
      const kv = open()
      const program = `
      const { Etcd3Backend } = await import('${root}/lib/kv/backend/etcd3-backend.ts')
      const kv = new Etcd3Backend({ port: ${etcd.port} })
      const lock = await kv.lock('/still', { ttlMs: 2000 })
      for (let i = 0; ; i++) {
        try {
          await kv.put('/written', String(i), { lease: lock.lease })
          if (i === 0) console.log('writing')
        } catch (error) {
          console.log(error.code)
          process.exit()
        }
      }`
      const child = spawn(process.execPath, [...FROM_SOURCE, '--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      cleanups.add(() => child.kill('SIGKILL'))
      const lines = createInterface({ input: child.stdout })
      await once(lines, 'line')
      child.kill('SIGSTOP')
      // The next one has it as soon as the store has ended the lease.
      const next = await kv.lock('/still')
      const { engine } = kv
      expect((await kv.get('/written'))[0]).toBeNull()
      const { revision } = await engine.range([])
      const said = once(lines, 'line')
      child.kill('SIGCONT')
      expect((await said)[0]).toBe('ERR_KV_LEASE_LOST')
      const [value, at] = await kv.get('/written')
      expect([value, at.revision, next.isHeld]).toEqual([null, revision, true])
    })
  })
}
