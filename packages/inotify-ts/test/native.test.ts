import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  F_GETLK,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_RDLCK,
  F_SETLK,
  F_UNLCK,
  F_WRLCK,
  loadedFrom,
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  MSG_OOB,
  READ_NOTHING,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from '../src/native.js'
import { codeOf, describeNative, runChild } from './support.js'

const O_NONBLOCK = 0o4000
const O_CLOEXEC = 0o2000000

/** The flags that the kernel has for a descriptor of this process. */
function flagsOf(fd: number): number {
  return parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)
}

/** Descriptors and a directory, gone in the end. */
async function withFiles(
  body: (files: {
    dir: string
    own: <T extends number | [number, number] | number[]>(fds: T) => T
  }) => void | Promise<void>,
) {
  const dir = mkdtempSync(join(tmpdir(), 'inotify-ts-'))
  const owned: number[] = []
  const own = <T extends number | [number, number] | number[]>(fds: T): T => {
    owned.push(...[fds].flat())
    return fds
  }
  try {
    await body({ dir, own })
  } finally {
    for (const fd of owned) closeSync(fd)
    rmSync(dir, { recursive: true })
  }
}

describeNative('locks', (native) => {
  test('of flock belong to the open file, and one who would wait is told EAGAIN', () =>
    withFiles(({ dir, own }) => {
      const [a, b] = own([openSync(join(dir, 'lock'), 'w'), openSync(join(dir, 'lock'), 'w')])
      native.flock(a, LOCK_EX | LOCK_NB)
      expect(codeOf(() => native.flock(b, LOCK_EX | LOCK_NB))).toBe('EAGAIN')
      native.flock(a, LOCK_SH)
      native.flock(b, LOCK_SH | LOCK_NB)
      native.flock(a, LOCK_UN)
      native.flock(b, LOCK_EX | LOCK_NB)
    }))

  test('of an open file description shut out another one', () =>
    withFiles(({ dir, own }) => {
      const [a, b] = own([openSync(join(dir, 'lock'), 'w+'), openSync(join(dir, 'lock'), 'w+')])
      expect(native.fcntlLock(b, F_OFD_GETLK, F_WRLCK)).toBe(0)
      native.fcntlLock(a, F_OFD_SETLK, F_RDLCK)
      native.fcntlLock(b, F_OFD_SETLK, F_RDLCK)
      native.fcntlLock(a, F_OFD_SETLK, F_UNLCK)
      native.fcntlLock(b, F_OFD_SETLK, F_WRLCK)
      expect(codeOf(() => native.fcntlLock(a, F_OFD_SETLK, F_WRLCK))).toBe('EAGAIN')
      expect(native.fcntlLock(a, F_OFD_GETLK, F_WRLCK)).toBe(-1)
    }))

  test('of a process name their holder', () =>
    withFiles(async ({ dir, own }) => {
      const path = join(dir, 'lock')
      const fd = own(openSync(path, 'w+'))
      const script = `const native = require(process.argv[1])
        native.fcntlLock(require('fs').openSync(process.argv[2], 'r+'), ${F_SETLK}, ${F_WRLCK})
        console.log('locked')
        process.stdin.resume()`
      const child = spawn(process.execPath, ['-e', script, loadedFrom ?? '', path], { stdio: 'pipe' })
      await once(child.stdout, 'data')
      expect(native.fcntlLock(fd, F_GETLK, F_WRLCK)).toBe(child.pid)
      expect(['EAGAIN', 'EACCES']).toContain(codeOf(() => native.fcntlLock(fd, F_SETLK, F_WRLCK)))
      child.stdin.end()
      await once(child, 'exit')
      expect(native.fcntlLock(fd, F_GETLK, F_WRLCK)).toBe(0)
    }))

  test('are never taken by a command that waits', () => {
    const F_SETLKW = 7
    expect(codeOf(() => native.fcntlLock(0, F_SETLKW, F_WRLCK))).toBe('ERR_INVALID_ARG_VALUE')
  })
})

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

describeNative('signals', (native) => {
  test('that are real-time arrive as often as they were sent', async () => {
    const signum = 36
    const got: number[] = []
    await new Promise<void>((resolve) => {
      const handle = new native.UvSignal(signum, (arrived) => {
        if (got.push(arrived) < 3) return
        handle.close()
        handle.close()
        resolve()
      })
      handle.setRef(true)
      for (let i = 0; i < 3; i++) process.kill(process.pid, signum)
    })
    expect(got).toEqual([signum, signum, signum])
  })

  test('reach each of several listeners', async () => {
    const signum = 37
    const heard = [1, 2].map(
      () =>
        new Promise<number>((resolve) => {
          const handle = new native.UvSignal(signum, (arrived) => {
            handle.close()
            resolve(arrived)
          })
          handle.setRef(true)
        }),
    )
    process.kill(process.pid, signum)
    expect(await Promise.all(heard)).toEqual([signum, signum])
  })

  test('do not keep the process alive unless it is asked for', async () => {
    const { code, stdout } = await runChild(`
      new native.UvSignal(38, () => {})
      process.on('exit', () => console.log('ended'))
    `)
    expect([code, stdout]).toEqual([0, 'ended'])
  })

  test('end the process by their default action once nobody listens', async () => {
    const { stdout } = await runChild(`
      console.log('begun')
      new native.UvSignal(39, () => {}).close()
      process.kill(process.pid, 39)
      console.log('survived')
    `)
    expect(stdout).toBe('begun')
  })

  test('that cannot be caught are refused', () => {
    for (const signum of [0, 9, 19, 999]) {
      expect(codeOf(() => new native.UvSignal(signum, () => undefined))).toBe('EINVAL')
    }
    expect(codeOf(() => new native.UvSignal(40, null as never))).toBe('ERR_INVALID_ARG_TYPE')
  })
})
