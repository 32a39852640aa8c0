import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { MSG_OOB, READ_NOTHING, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, loadedFrom } from '../src/native.js'
import { codeOf, describeNative, runChild, withFiles } from './support.js'

const O_NONBLOCK = 0o4000
const O_CLOEXEC = 0o2000000
const hasCompiler = spawnSync('cc', ['-dumpmachine']).status === 0

/** The flags that the kernel has for a descriptor of this process. */
function flagsOf(fd: number): number {
  return parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)
}

describeNative('descriptors', (native) => {
  test('that are made are closed on exec and do not block', () =>
    withFiles(({ own }) => {
      const made = own([
        ...native.pipe(),
        ...native.socketpair(SOCK_STREAM),
        native.eventfd(),
        native.unixDgram(),
        native.inotifyInit(),
      ])
      for (const fd of made) expect(flagsOf(fd) & (O_NONBLOCK | O_CLOEXEC)).toBe(O_NONBLOCK | O_CLOEXEC)
    }))

  test('can be copied, onto a number too', () =>
    withFiles(({ own }) => {
      const [r, w] = own(native.pipe())
      const copy = own(native.dup(w))
      expect(copy).toBeGreaterThan(2)
      expect(flagsOf(copy) & O_CLOEXEC).toBe(O_CLOEXEC)
      const onto = own(native.eventfd())
      expect(native.dup2(w, onto)).toBe(onto)
      expect(flagsOf(onto) & O_CLOEXEC).toBe(0)
      writeSync(onto, 'ab')
      const into = Buffer.alloc(4)
      expect(native.read(r, into)).toBe(2)
      expect(into.toString('latin1')).toBe('ab\0\0')
      expect(codeOf(() => native.dup(-1))).toBe('EBADF')
    }))

  test('can be marked to be closed on exec from a number on', async () => {
    const { stdout } = await runChild(`
      const { readFileSync } = require('node:fs')
      const isMarked = (fd) => (parseInt(/flags:\\s+(\\d+)/.exec(readFileSync('/proc/self/fdinfo/' + fd))[1], 8) & ${O_CLOEXEC}) !== 0
      for (const fd of [60, 61, 250]) native.dup2(1, fd)
      native.cloexecFrom(61)
      console.log([60, 61, 250].map(isMarked).join())
    `)
    expect(stdout).toBe('false,true,true')
  })

  test('can be made to block and not to', () =>
    withFiles(({ own }) => {
      const [r] = own(native.pipe())
      native.setNonblock(r, false)
      expect(flagsOf(r) & O_NONBLOCK).toBe(0)
      native.setNonblock(r, true)
      expect(flagsOf(r) & O_NONBLOCK).toBe(O_NONBLOCK)
      expect(codeOf(() => native.setNonblock(r, 1 as never))).toBe('ERR_INVALID_ARG_TYPE')
    }))

  test('are read as far as there is something', () => {
    const [r, w] = native.pipe()
    const into = Buffer.alloc(3)
    expect(native.read(r, into)).toBe(READ_NOTHING)
    writeSync(w, 'abcd')
    expect([native.read(r, into), native.read(r, into)]).toEqual([3, 1])
    closeSync(w)
    expect(native.read(r, into)).toBe(0)
    closeSync(r)
    expect(() => native.read(-1, into)).toThrow('EBADF: bad file descriptor, read of descriptor -1')
    expect(codeOf(() => native.read(0, 'text' as never))).toBe('ERR_INVALID_ARG_TYPE')
  })

  test('of files are read at any place, into any part of a buffer', () =>
    withFiles(({ dir, own }) => {
      writeFileSync(join(dir, 'a'), '0123456789')
      const fd = own(openSync(join(dir, 'a'), 'r'))
      const into = Buffer.alloc(6, '.')
      expect(native.pread(fd, into, 1, 3, 5)).toBe(3)
      expect(into.toString()).toBe('.567..')
      expect([native.pread(fd, into, 0, 6, 8), native.pread(fd, into, 0, 6, 10)]).toEqual([2, 0])
      expect(into.toString()).toBe('8967..')
      // The place where the descriptor itself stands has not moved.
      expect(native.read(fd, into)).toBe(6)
      expect(into.toString()).toBe('012345')
      expect(native.pread(fd, into, 6, 0, Number.MAX_SAFE_INTEGER)).toBe(0)
    }))

  test('of files are read without waiting only if all of it is in memory', () =>
    withFiles(({ dir, own }) => {
      const path = join(dir, 'cached')
      writeFileSync(path, Buffer.alloc(1 << 20, 'a'))
      const fd = own(openSync(path, 'r'))
      const into = Buffer.alloc(1 << 20)
      expect([native.preadCached(fd, into, 1, 5, 3), into.toString('latin1', 0, 7)]).toEqual([5, '\0aaaaa\0'])
      expect(native.preadCached(fd, into, 0, 10, (1 << 20) - 4)).toBe(4)
      expect([native.preadCached(fd, into, 0, 10, 1 << 20), native.preadCached(fd, into, 0, 0, 0)]).toEqual([0, 0])
      fsyncSync(fd)
      execFileSync('dd', [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' })
      // The kernel may keep it all the same; if not, it says so instead of waiting.
      expect([1 << 20, -1]).toContain(native.preadCached(fd, into, 0, 1 << 20, 0))
      expect(native.pread(fd, into, 0, 1 << 20, 0)).toBe(1 << 20)
      const [r] = own(native.pipe())
      expect([native.preadCached(r, into, 0, 4, 0), native.preadCached(-1, into, 0, 4, 0)]).toEqual([-1, -1])
      expect(codeOf(() => native.preadCached(fd, into, 0, (1 << 20) + 1, 0))).toBe('ERR_OUT_OF_RANGE')
      expect(codeOf(() => (native.preadCached as (fd: number) => number)(1))).toBe('ERR_MISSING_ARGS')
    }))

  if (hasCompiler)
    test('of files are taken for read to their end only there, also by a kernel that says so too early', () =>
      withFiles(({ dir }) => {
        const [path, source, library] = [join(dir, 'file'), join(dir, 'early.c'), join(dir, 'early.so')]
        writeFileSync(path, 'x'.repeat(100))
        // As Linux 5.10: of what isn't in memory, here all behind byte 60, nothing comes.
        const early = `#define _GNU_SOURCE
        #include <sys/uio.h>
        #include <unistd.h>
        ssize_t preadv2(int fd, const struct iovec *v, int n, off_t at, int flags) {
          size_t most = at < 60 ? 60 - at : 0;
          (void) n, (void) flags;
          return pread(fd, v->iov_base, v->iov_len < most ? v->iov_len : most, at);
        }`
        writeFileSync(source, early)
        execFileSync('cc', ['-shared', '-fPIC', '-o', library, source])
        const script = `const { preadCached } = require(process.argv[1])
        const fd = fs.openSync(process.argv[2])
        const read = (length, at) => preadCached(fd, Buffer.alloc(200), 0, length, at)
        console.log([read(60, 0), read(61, 0), read(200, 0), read(10, 60), read(200, 100), read(0, 0)].join())`
        const env = { ...process.env, LD_PRELOAD: library }
        const child = spawnSync(process.execPath, ['-e', script, loadedFrom ?? '', path], { encoding: 'utf8', env })
        expect([child.stdout, child.stderr]).toEqual(['60,-1,-1,-1,0,0\n', ''])
      }))

  test('of files are not read beyond the buffer, nor where there is nothing to read', () =>
    withFiles(({ own }) => {
      const into = Buffer.alloc(4)
      // Each would be EBADF, if it came to the kernel.
      const at = (...[offset, length, position]: unknown[]) =>
        codeOf(() => native.pread(-1, into, offset as never, length as never, position as never))
      expect(at(5, 0, 0)).toBe('ERR_OUT_OF_RANGE')
      expect([at(1, 4, 0), at(0, 5, 0), at(-1, 1, 0), at(0.5, 1, 0)]).toEqual(Array(4).fill('ERR_OUT_OF_RANGE'))
      expect([at(0, -1, 0), at(0, NaN, 0), at(0, 4, -1), at(0, 4, 2 ** 53)]).toEqual(Array(4).fill('ERR_OUT_OF_RANGE'))
      expect([at('0', 4, 0), at(0, null, 0), at(0, 4, 0n)]).toEqual(Array(3).fill('ERR_INVALID_ARG_TYPE'))
      expect(() => native.pread(-1, into, 2, 3, 0)).toThrow(
        new TypeError('length must be a whole number from 0 to 2: it is 3'),
      )
      expect(codeOf(() => native.pread(-1, 'text' as never, 0, 0, 0))).toBe('ERR_INVALID_ARG_TYPE')
      expect(codeOf(() => (native.pread as (fd: number) => number)(1))).toBe('ERR_MISSING_ARGS')
      expect(() => native.pread(-1, into, 0, 4, 0)).toThrow('EBADF: bad file descriptor, pread of descriptor -1')
      const [r] = own(native.pipe())
      expect(codeOf(() => native.pread(r, into, 0, 4, 0))).toBe('ESPIPE')
    }))

  test('of an eventfd add up what is written', () =>
    withFiles(({ own }) => {
      const fd = own(native.eventfd())
      for (const value of [2n, 3n]) writeSync(fd, new BigUint64Array([value]))
      const sum = new BigUint64Array(1)
      expect(native.read(fd, Buffer.from(sum.buffer))).toBe(8)
      expect(sum[0]).toBe(5n)
    }))
})

describeNative('sockets', (native) => {
  test('come in pairs of each type', () =>
    withFiles(({ own }) => {
      for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
        const [a, b] = own(native.socketpair(type))
        native.send(a, Buffer.from('one'), 0)
        native.send(a, Buffer.from('two'), 0)
        expect(native.read(b, Buffer.alloc(9))).toBe(type === SOCK_STREAM ? 6 : 3)
      }
      expect(codeOf(() => native.socketpair(99))).not.toBeNull()
    }))

  test('tell their pending error once', () => {
    const [a, b] = native.socketpair(SOCK_STREAM)
    expect(native.soError(a)).toBe(0)
    native.send(a, Buffer.from('unread'), 0)
    closeSync(b)
    const ECONNRESET = 104
    expect([native.soError(a), native.soError(a)]).toEqual([ECONNRESET, 0])
    expect(codeOf(() => native.send(a, Buffer.from('x'), 0))).toBe('EPIPE')
    closeSync(a)
    expect(codeOf(() => native.soError(a))).toBe('EBADF')
  })

  test('say who is on their other side', () => {
    const [a, b] = native.socketpair(SOCK_STREAM)
    const self = [process.pid, process.getuid?.(), process.getgid?.()]
    expect([native.peerCredentials(a), native.peerCredentials(b)]).toEqual([self, self])
    closeSync(a)
    closeSync(b)
    expect(codeOf(() => native.peerCredentials(a))).toBe('EBADF')
  })

  test('send out of band only where that exists', () =>
    withFiles(({ own }) => {
      const [a] = own(native.socketpair(SOCK_DGRAM))
      expect(codeOf(() => native.send(a, Buffer.from('x'), MSG_OOB))).toBe('ENOTSUP')
    }))

  test.each([
    ['of the file system', (dir: string) => join(dir, 'socket')],
    ['that is abstract', (dir: string) => `@${dir}`],
  ])('send unix datagrams to an address %s', (_, addressIn) =>
    withFiles(({ dir, own }) => {
      const [from, to] = own([native.unixDgram(), native.unixDgram()])
      const address = addressIn(dir)
      expect(codeOf(() => native.unixSend(from, address, Buffer.from('x')))).toMatch(/ENOENT|ECONNREFUSED/)
      native.unixBind(to, address)
      expect(native.unixSend(from, Buffer.from(address), Buffer.from('READY=1'))).toBe(7)
      const into = Buffer.alloc(20)
      expect(into.toString('utf8', 0, native.read(to, into))).toBe('READY=1')
      expect(codeOf(() => native.unixBind(own(native.unixDgram()), address))).toBe('EADDRINUSE')
    }),
  )

  test('say EAGAIN instead of waiting for a reader that does not read', () =>
    withFiles(({ dir, own }) => {
      const [from, to] = own([native.unixDgram(), native.unixDgram()])
      native.unixBind(to, `@${dir}`)
      const flood = () => {
        for (;;) native.unixSend(from, `@${dir}`, Buffer.alloc(100))
      }
      expect(codeOf(flood)).toBe('EAGAIN')
    }))

  test('refuse an address that is too long or holds a NUL', () =>
    withFiles(({ own }) => {
      const fd = own(native.unixDgram())
      expect(() => native.unixSend(fd, 'x'.repeat(108), Buffer.alloc(1))).toThrow('path: at most 107 bytes, it has 108')
      expect(codeOf(() => native.unixSend(fd, 'a\0b', Buffer.alloc(1)))).toBe('ERR_INVALID_ARG_VALUE')
      expect(codeOf(() => native.unixSend(fd, 7 as never, Buffer.alloc(1)))).toBe('ERR_INVALID_ARG_TYPE')
    }))
})

describeNative('the process', (native) => {
  test('becomes the leader of a session of its own', async () => {
    const { stdout } = await runChild(`
      const before = native.getsid()
      console.log(before === native.getsid(process.ppid), native.setsid() === process.pid, native.getsid(0) === process.pid)
      try { native.setsid() } catch (error) { console.log(error.code, error.errno, error.syscall) }
    `)
    expect(stdout).toBe('true true true\nEPERM -1 setsid')
  })

  test('changes its root if it may', () =>
    withFiles(async ({ dir }) => {
      writeFileSync(join(dir, 'inside'), '')
      const { stdout } = await runChild(`
        try {
          native.chroot(${JSON.stringify(dir)})
          console.log(require('node:fs').readdirSync('/').join())
        } catch (error) { console.log(error.code) }
      `)
      expect(stdout).toBe(process.getuid?.() === 0 ? 'inside' : 'EPERM')
      expect(() => native.chroot(join(dir, 'none'))).toThrow(/chroot '.*none'$/)
    }))

  test('names its thread, in 15 bytes', async () => {
    const { stdout } = await runChild(`
      native.setThreadName('twenty bytes of name')
      console.log(require('node:fs').readFileSync('/proc/self/comm', 'utf8'))
    `)
    expect(stdout).toBe('twenty bytes of')
  })
})
