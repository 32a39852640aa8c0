import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import {
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  type EpollHandle,
} from '../src/epoll.js'
import { IN } from '../src/masks.js'
import { MSG_OOB, SOCK_STREAM } from '../src/native.js'
import { codeOf, countDescriptors, describeNative, runChild, withEpoll } from './support.js'

/** Both ends of a TCP connection, with the descriptors that libuv owns. */
async function connected(): Promise<{ near: Socket; far: Socket; end: () => void }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown]
  const end = () => {
    near.destroy()
    far.destroy()
    server.close()
  }
  return { near, far, end }
}

const fdOf = (socket: Socket): number => (socket as unknown as { _handle: { fd: number } })._handle.fd

/** A mount namespace of its own may be forbidden, as in most containers. */
const mountsAllowed = spawnSync('unshare', ['-m', 'true']).status === 0

describeNative('the raw mask', (native) => {
  test(
    'is HUP when the writer of a pipe is gone',
    withEpoll(native, async ({ epoll, pipe, close, next }) => {
      const [r, w] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 7)
      close(w)
      expect(await next(7)).toBe(EPOLLHUP)
    }),
  )

  test(
    'is OUT and ERR when the reader of a pipe is gone',
    withEpoll(native, async ({ epoll, pipe, close, next }) => {
      const [r, w] = pipe()
      close(r)
      epoll.ctl(EPOLL_CTL_ADD, w, EPOLLOUT, 7)
      expect(await next(7)).toBe(EPOLLOUT | EPOLLERR)
    }),
  )

  test(
    'is IN, HUP and RDHUP when the peer of a socket is gone',
    withEpoll(native, async ({ epoll, socketpair, close, next }) => {
      const [near, far] = socketpair(SOCK_STREAM)
      epoll.ctl(EPOLL_CTL_ADD, near, EPOLLIN | EPOLLRDHUP, 7)
      close(far)
      expect(await next(7)).toBe(EPOLLIN | EPOLLHUP | EPOLLRDHUP)
    }),
  )

  test(
    'is PRI for out-of-band data',
    withEpoll(native, async ({ epoll, next }) => {
      const { near, far, end } = await connected()
      try {
        epoll.ctl(EPOLL_CTL_ADD, fdOf(far), EPOLLPRI, 7)
        native.send(fdOf(near), Buffer.from('!'), MSG_OOB)
        expect(await next(7)).toBe(EPOLLPRI)
        epoll.ctl(EPOLL_CTL_DEL, fdOf(far), 0, 0)
      } finally {
        end()
      }
    }),
  )

  test(
    'is told for errors even where nothing was asked for',
    withEpoll(native, async ({ epoll, pipe, close, next }) => {
      const [r, w] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, w, 0, 7)
      close(r)
      expect(await next(7)).toBe(EPOLLERR)
    }),
  )
})

describeNative('readiness', (native) => {
  test(
    'is told in every turn while it lasts',
    withEpoll(native, async ({ epoll, pipe, next, settle, masks }) => {
      const [r, w] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 7)
      writeSync(w, 'x')
      for (let turn = 0; turn < 3; turn++) expect(await next(7)).toBe(EPOLLIN)
      expect(native.read(r, Buffer.alloc(1))).toBe(1)
      const told = masks(7).length
      await settle()
      expect(masks(7)).toHaveLength(told)
    }),
  )

  test(
    'is told once for each change with EPOLLET',
    withEpoll(native, async ({ epoll, pipe, settle, masks }) => {
      const [r, w] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN | EPOLLET, 7)
      writeSync(w, 'x')
      await settle()
      await settle()
      expect(masks(7)).toEqual([EPOLLIN])
      writeSync(w, 'x')
      await settle()
      expect(masks(7)).toEqual([EPOLLIN, EPOLLIN])
    }),
  )

  test(
    'is told once until it is asked for again with EPOLLONESHOT',
    withEpoll(native, async ({ epoll, pipe, settle, masks }) => {
      const [r, w] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN | EPOLLONESHOT, 7)
      writeSync(w, 'xx')
      await settle()
      await settle()
      expect(masks(7)).toEqual([EPOLLIN])
      epoll.ctl(EPOLL_CTL_MOD, r, EPOLLIN | EPOLLONESHOT, 8)
      await settle()
      expect(masks(7)).toHaveLength(1)
      expect(masks(8)).toEqual([EPOLLIN])
    }),
  )

  test(
    'of more descriptors than one batch holds comes in the next ones',
    withEpoll(native, async ({ epoll, pipe, settle, seen }) => {
      for (let token = 0; token < 300; token++) {
        const [r, w] = pipe()
        writeSync(w, 'x')
        epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN | EPOLLONESHOT, token)
      }
      await settle()
      const tokens = seen.filter(({ token }) => token < 300)
      expect(new Set(tokens.map(({ token }) => token)).size).toBe(300)
      expect(tokens).toHaveLength(300)
      expect(tokens.filter(({ batch }) => batch === 1)).toHaveLength(256)
    }),
  )

  test(
    'carries tokens of 32 bits as they were given',
    withEpoll(native, async ({ epoll, pipe, next }) => {
      const [, w] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, w, EPOLLOUT, 0xffffffff)
      expect(await next(0xffffffff)).toBe(EPOLLOUT)
    }),
  )

  test(
    'of an eventfd is told',
    withEpoll(native, async ({ epoll, own, next }) => {
      const fd = own(native.eventfd())
      epoll.ctl(EPOLL_CTL_ADD, fd, EPOLLIN, 7)
      writeSync(fd, new BigUint64Array([1n]))
      expect(await next(7)).toBe(EPOLLIN)
    }),
  )

  test(
    'of an inotify instance is told',
    withEpoll(native, async ({ epoll, own, next }) => {
      const dir = mkdtempSync(join(tmpdir(), 'inotify-ts-'))
      const fd = own(native.inotifyInit())
      native.inotifyAddWatch(fd, dir, IN.CREATE)
      epoll.ctl(EPOLL_CTL_ADD, fd, EPOLLIN, 7)
      writeFileSync(join(dir, 'a'), '')
      expect(await next(7)).toBe(EPOLLIN)
      rmSync(dir, { recursive: true })
    }),
  )

  // Its poll eats the notice of a change: libuv's look at the nested epoll does, and PRI is gone when ours comes. What
  // remains is the edge.
  if (mountsAllowed) {
    test('of the mount table is told at each change, as IN with EPOLLET', async () => {
      const { stdout, stderr } = await runChild(
        `const { execFileSync } = require('node:child_process')
        const fd = require('node:fs').openSync('/proc/self/mounts', 'r')
        const epoll = new native.Epoll((count) => {
          console.log(count, epoll.ready[0], epoll.ready[1])
          if (++told > 2) return epoll.close()
          execFileSync('mount', ['-t', 'tmpfs', 'none', '/tmp'])
        })
        let told = 0
        epoll.ctl(${EPOLL_CTL_ADD}, fd, ${EPOLLIN | EPOLLET}, 7)`,
        ['unshare', '-m'],
      )
      expect([stdout, stderr]).toEqual(['1 7 1\n1 7 1\n1 7 1', ''])
    })
  }

  test(
    'of the mount table is IN at first',
    withEpoll(native, async ({ epoll, own, next }) => {
      epoll.ctl(EPOLL_CTL_ADD, own(openSync('/proc/self/mounts', 'r')), EPOLLIN | EPOLLPRI | EPOLLET, 7)
      expect((await next(7)) & EPOLLIN).toBe(EPOLLIN)
    }),
  )
})

describeNative('a descriptor', (native) => {
  test(
    'that never waits, as a regular file or /dev/null, is refused with EPERM',
    withEpoll(native, async ({ epoll, own }) => {
      const self = own(openSync('/proc/self/exe', 'r'))
      const nothing = own(openSync('/dev/null', 'r'))
      expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, self, EPOLLIN, 1))).toBe('EPERM')
      expect(() => epoll.ctl(EPOLL_CTL_ADD, nothing, EPOLLIN, 1)).toThrow(
        `EPERM: operation not permitted, epoll_ctl of descriptor ${nothing}`,
      )
      await Promise.resolve()
    }),
  )

  test(
    'may be closed in the tick of its registration',
    withEpoll(native, async ({ epoll, pipe, close, settle, masks }) => {
      for (let i = 0; i < 20; i++) {
        const [r, w] = pipe()
        writeSync(w, 'x')
        epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 7)
        close(r)
      }
      await settle()
      expect(masks(7)).toEqual([])
    }),
  )

  test(
    'may bear the number of one that was closed',
    withEpoll(native, async ({ epoll, pipe, own, close, settle, masks }) => {
      const [first] = pipe()
      epoll.ctl(EPOLL_CTL_ADD, first, EPOLLIN, 7)
      const [second, w] = pipe()
      close(first)
      expect(native.dup2(second, first)).toBe(own(first))
      epoll.ctl(EPOLL_CTL_ADD, first, EPOLLIN, 8)
      writeSync(w, 'x')
      await settle()
      expect(masks(7)).toEqual([])
      expect(masks(8)).toContain(EPOLLIN)
    }),
  )

  test(
    'may be that of a net.Socket, which goes on working',
    withEpoll(native, async ({ epoll, next }) => {
      const { near, far, end } = await connected()
      try {
        const data = once(far, 'data')
        epoll.ctl(EPOLL_CTL_ADD, fdOf(far), EPOLLOUT | EPOLLET, 7)
        expect(await next(7)).toBe(EPOLLOUT)
        near.write('hello')
        expect(String((await data)[0])).toBe('hello')
        epoll.ctl(EPOLL_CTL_DEL, fdOf(far), 0, 0)
      } finally {
        end()
      }
    }),
  )

  test(
    'that a callback unregisters is never told of in a later batch',
    withEpoll(native, async (rig) => {
      const { epoll, pipe, settle, seen } = rig
      const readers = [1, 2, 3].map((token) => {
        const [r, w] = pipe()
        writeSync(w, 'x')
        epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, token)
        return r
      })
      rig.onPair = (token) => {
        if (token !== 1) return
        rig.onPair = () => undefined
        for (const reader of readers.slice(1)) epoll.ctl(EPOLL_CTL_DEL, reader, 0, 0)
      }
      await settle()
      await settle()
      expect(seen.filter(({ token, batch }) => (token === 2 || token === 3) && batch > 1)).toEqual([])
      expect(seen.filter(({ token }) => token === 1).length).toBeGreaterThan(1)
    }),
  )

  test(
    'of which a copy lives on is told of after it was closed: the rule of the kernel',
    withEpoll(native, async ({ epoll, pipe, own, close, next }) => {
      const [r, w] = pipe()
      const copy = own(native.dup(r))
      epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 7)
      close(r)
      writeSync(w, 'x')
      expect(await next(7)).toBe(EPOLLIN)
      expect(codeOf(() => epoll.ctl(EPOLL_CTL_DEL, r, 0, 0))).toBe('EBADF')
      close(copy)
    }),
  )

  test(
    'is registered once, and known only then',
    withEpoll(native, async ({ epoll, pipe }) => {
      const [r] = pipe()
      expect(codeOf(() => epoll.ctl(EPOLL_CTL_DEL, r, 0, 0))).toBe('ENOENT')
      epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 1)
      expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 2))).toBe('EEXIST')
      expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, -1, EPOLLIN, 2))).toBe('EBADF')
      await Promise.resolve()
    }),
  )
})

describeNative('an epoll', (native) => {
  test('hands what its callback throws to uncaughtException, and goes on', async () => {
    const { code, stdout } = await runChild(`
      const [r, w] = native.pipe()
      let calls = 0
      process.on('uncaughtException', (error) => console.log(error.message))
      const epoll = new native.Epoll(() => {
        if (++calls === 3) return epoll.close()
        throw new Error('thrown ' + calls)
      })
      epoll.ctl(1, r, 1, 7)
      require('fs').writeSync(w, 'x')
    `)
    expect([code, stdout]).toEqual([0, 'thrown 1\nthrown 2'])
  })

  test('ends the process when nobody takes what its callback throws', async () => {
    const { code, stderr } = await runChild(`
      const epoll = new native.Epoll(() => { throw new Error('thrown for nobody') })
      epoll.ctl(1, native.pipe()[1], 4, 7)
    `)
    expect(code).toBe(1)
    expect(stderr).toContain('thrown for nobody')
  })

  test('keeps the process alive unless it is told not to', async () => {
    const { stdout } = await runChild(`
      const epoll = new native.Epoll(() => {})
      epoll.setRef(false)
      process.on('exit', () => console.log('ended'))
    `)
    expect(stdout).toBe('ended')
    const alive = await runChild(`
      const epoll = new native.Epoll(() => {})
      setImmediate(() => setImmediate(() => { console.log('alive'); epoll.close() }))
    `)
    expect(alive.stdout).toBe('alive')
  })

  test('may be closed in its callback, and twice', async () => {
    let calls = 0
    const [r, w] = native.pipe()
    const closed = await new Promise<EpollHandle>((resolve) => {
      const epoll = new native.Epoll(function () {
        calls++
        this.close()
        this.close()
        resolve(epoll)
      })
      epoll.ctl(EPOLL_CTL_ADD, w, EPOLLOUT, 7)
    })
    await new Promise(setImmediate)
    expect(calls).toBe(1)
    expect(codeOf(() => closed.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 1))).toBe('ERR_CLOSED')
    expect(codeOf(() => closed.setRef(true))).toBe('ERR_CLOSED')
    closeSync(r)
    closeSync(w)
  })

  test('leaves no descriptor behind', async () => {
    const before = countDescriptors('anon_inode:[eventpoll]')
    for (let i = 0; i < 500; i++) new native.Epoll(() => undefined).close()
    await new Promise(setImmediate)
    expect(countDescriptors('anon_inode:[eventpoll]')).toBe(before)
  })

  test('says EMFILE when descriptors ran out, and can be made later', async () => {
    const { stdout } = await runChild(
      `const pipes = []
      try { for (;;) pipes.push(native.pipe()) } catch (error) { console.log(error.code) }
      for (;;) try { pipes.push([native.eventfd()]) } catch { break }
      try { new native.Epoll(() => {}) } catch (error) { console.log(error.code, error.syscall) }
      for (const fd of pipes.flat()) require('fs').closeSync(fd)
      new native.Epoll(() => {}).close()
      console.log('made')`,
      ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh'],
    )
    expect(stdout).toBe('EMFILE\nEMFILE epoll_create1\nmade')
  })

  test('refuses arguments before the kernel sees them', () => {
    const make = native.Epoll as unknown as (callback: unknown) => EpollHandle
    expect(codeOf(() => make(() => undefined))).toBe('ERR_CONSTRUCT_CALL_REQUIRED')
    expect(codeOf(() => new native.Epoll(null as never))).toBe('ERR_INVALID_ARG_TYPE')
    const epoll = new native.Epoll(() => undefined)
    expect(() => epoll.ctl(EPOLL_CTL_ADD, NaN, EPOLLIN, 1)).toThrow('fd must be a whole number of 32 bits: it is nan')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, 1.5, EPOLLIN, 1))).toBe('ERR_OUT_OF_RANGE')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, 1, EPOLLIN, 2 ** 32))).toBe('ERR_OUT_OF_RANGE')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, '1' as never, EPOLLIN, 1))).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf(() => (epoll.ctl as (op: number) => void)(1))).toBe('ERR_MISSING_ARGS')
    epoll.close()
  })

  test('closes itself with an error when its array was transferred away', async () => {
    const { code, stdout } = await runChild(`
      const epoll = new native.Epoll(() => console.log('called'))
      process.on('uncaughtException', (error) => {
        console.log(error.code)
        try { epoll.setRef(true) } catch (closed) { console.log(closed.code) }
      })
      structuredClone(epoll.ready, { transfer: [epoll.ready.buffer] })
      epoll.ctl(1, native.pipe()[1], 4, 7)
    `)
    expect([code, stdout]).toEqual([0, 'ERR_CLOSED\nERR_CLOSED'])
  })
})

describeNative('worker threads', () => {
  test('can be terminated under a flood of events, 200 of them', async () => {
    const { code, signal, stdout, stderr } = await runChild(
      `
      const { Worker } = require('node:worker_threads')
      const { readdirSync, readlinkSync } = require('node:fs')
      const flood = \`
        const { parentPort, workerData } = require('node:worker_threads')
        const native = require(workerData)
        let calls = 0
        const [r, w] = native.pipe()
        require('node:fs').writeSync(w, 'x')
        new native.UvSignal(40, () => {})
        const epoll = new native.Epoll(() => { if (++calls === 50) parentPort.postMessage('flooded') })
        epoll.ctl(1, r, 1, 1)
        epoll.ctl(1, w, 4, 2)
      \`
      const count = () => readdirSync('/proc/self/fd').filter((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd) === 'anon_inode:[eventpoll]' } catch { return false }
      }).length
      async function one() {
        const worker = new Worker(flood, { eval: true, workerData: process.argv[1] })
        await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
        await worker.terminate()
      }
      async function lane(times) { for (let i = 0; i < times; i++) await one() }
      (async () => {
        const before = count()
        await Promise.all([lane(100), lane(100)])
        console.log(count() - before, 'left')
      })()
    `,
      [],
      100_000,
    )
    expect([code, signal, stdout, stderr]).toEqual([0, null, '0 left', ''])
  }, 120_000)

  test('get the exception of a callback as their own error', async () => {
    const { stdout } = await runChild(`
      const { Worker } = require('node:worker_threads')
      new Worker(\`
        const native = require(require('node:worker_threads').workerData)
        const epoll = new native.Epoll(() => { throw new Error('thrown in a worker') })
        epoll.ctl(1, native.pipe()[1], 4, 7)
      \`, { eval: true, workerData: process.argv[1] }).on('error', (error) => console.log(error.message))
    `)
    expect(stdout).toBe('thrown in a worker')
  })
})
