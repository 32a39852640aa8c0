import { once } from 'node:events'
import { openSync, writeSync } from 'node:fs'
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLET, EPOLLIN, EPOLLOUT } from '../src/epoll.js'
import { codeOf, connected, describeNative, fdOf, withEpoll } from './support.js'

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
