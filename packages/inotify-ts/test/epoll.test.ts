import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
} from '../src/epoll.js'
import { IN } from '../src/masks.js'
import { MSG_OOB, SOCK_STREAM } from '../src/native.js'
import { connected, describeNative, fdOf, runChild, withEpoll } from './support.js'

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
