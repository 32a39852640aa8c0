import { execFile } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN, type EpollHandle } from '../src/epoll.js'
import type { InotifyEvent } from '../src/events.js'
import { Inotify, type InotifyOptions } from '../src/inotify.js'
import { IN } from '../src/masks.js'
import { loadedFrom, loadError, native, type Native } from '../src/native.js'

/** A group of tests that need the binary; where there is none, one test says that the reason is known. */
export function describeNative(title: string, body: (native: Native) => void): void {
  describe(title, () => {
    if (native) body(native)
    else test('has no binary here, and the reason is told', () => expect(loadError?.message).toMatch(/inotify-ts/))
  })
}

/** The `code` of what a call throws, or null. */
export function codeOf(call: () => unknown): string | null {
  try {
    call()
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

/** How many descriptors of this process lead to such an object, as `anon_inode:[eventpoll]`. */
export function countDescriptors(target: string): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return '' // The descriptor that read the directory itself.
    }
  })
  return links.filter((link) => link === target).length
}

export interface Ended {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

/** Run a script (CommonJS) with the binary as `native` in a process of its own. */
export function runChild(script: string, prefix: readonly string[] = [], timeoutMs = 20_000): Promise<Ended> {
  const source = `const native = require(process.argv[1]);\n${script}`
  const own = [process.execPath, '-e', source, loadedFrom ?? '']
  const [file = process.execPath, ...args] = prefix.length > 0 ? [...prefix, ...own] : own
  return new Promise((resolve) => {
    const limits = { encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL' } as const
    const child = execFile(file, args, limits, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, signal: child.signalCode, stdout: stdout.trim(), stderr })
    })
  })
}

/** An epoll with its descriptors, all closed in the end. */
export interface EpollRig {
  epoll: EpollHandle
  seen: { token: number; mask: number; batch: number }[]
  /** Called with each pair, before those who wait. */
  onPair: (token: number, mask: number) => void
  /** The mask of the next pair with this token. */
  next: (token: number) => Promise<number>
  masks: (token: number) => number[]
  pipe: () => [number, number]
  socketpair: (type: number) => [number, number]
  own: (fd: number) => number
  close: (fd: number) => void
  /** Until the kernel has told all that was ready by now. */
  settle: () => Promise<void>
}

export function withEpoll(binding: Native, body: (rig: EpollRig) => Promise<void>): () => Promise<void> {
  return async () => {
    const owned = new Set<number>()
    let waiting: { token: number; resolve: (mask: number) => void }[] = []
    let batch = 0
    let lastToken = 1_000_000
    const own = (fd: number): number => {
      owned.add(fd)
      return fd
    }
    const ownPair = (pair: [number, number]): [number, number] => [own(pair[0]), own(pair[1])]
    const epoll = new binding.Epoll(function (count) {
      batch++
      for (let i = 0; i < count; i++) {
        const token = this.ready[2 * i] ?? -1
        const mask = this.ready[2 * i + 1] ?? -1
        rig.seen.push({ token, mask, batch })
        rig.onPair(token, mask)
        for (const waiter of waiting) if (waiter.token === token) waiter.resolve(mask)
        waiting = waiting.filter((waiter) => waiter.token !== token)
      }
    })
    const rig: EpollRig = {
      epoll,
      seen: [],
      onPair: () => undefined,
      own,
      next: (token) => new Promise((resolve) => waiting.push({ token, resolve })),
      masks: (token) => rig.seen.filter((pair) => pair.token === token).map((pair) => pair.mask),
      pipe: () => ownPair(binding.pipe()),
      socketpair: (type) => ownPair(binding.socketpair(type)),
      close: (fd) => {
        owned.delete(fd)
        closeSync(fd)
      },
      settle: async () => {
        // A descriptor that becomes ready now comes after all that were ready before.
        const [r, w] = rig.pipe()
        const token = ++lastToken
        epoll.ctl(EPOLL_CTL_ADD, r, EPOLLIN, token)
        writeSync(w, '.')
        await rig.next(token)
        epoll.ctl(EPOLL_CTL_DEL, r, 0, 0)
        rig.close(r)
        rig.close(w)
      },
    }
    try {
      await body(rig)
    } finally {
      epoll.close()
      for (const fd of owned) closeSync(fd)
    }
  }
}

/** An inotify instance and an empty directory, both gone in the end. */
export interface InotifyRig {
  dir: string
  inotify: Inotify
  batches: InotifyEvent[][]
  /** Until the events of all that was done by now have come; answers those of the watch, or all. */
  settle: (wd?: number) => Promise<InotifyEvent[]>
}

export function withInotify(
  body: (rig: InotifyRig) => Promise<void>,
  options: Omit<InotifyOptions, 'onEvents'> = {},
): () => Promise<void> {
  return async () => {
    const root = mkdtempSync(join(tmpdir(), 'inotify-ts-'))
    const dir = join(root, 'dir')
    const bell = join(root, 'bell')
    mkdirSync(dir)
    mkdirSync(bell)
    const batches: InotifyEvent[][] = []
    let ring: () => void = () => undefined
    const inotify = new Inotify({
      ...options,
      onEvents: (events) => {
        batches.push(events.filter((event) => event.wd !== bellWd))
        if (events.some((event) => event.wd === bellWd)) ring()
      },
    })
    const bellWd = inotify.add(bell, IN.DELETE)
    const settle = async (wd?: number): Promise<InotifyEvent[]> => {
      const rung = new Promise<void>((resolve) => (ring = resolve))
      writeFileSync(join(bell, 'b'), '')
      unlinkSync(join(bell, 'b'))
      await rung
      return batches.flat().filter((event) => wd === undefined || event.wd === wd)
    }
    try {
      await body({ dir, inotify, batches, settle })
    } finally {
      inotify.close()
      rmSync(root, { recursive: true })
    }
  }
}

/** Descriptors and a directory, gone in the end. */
export async function withFiles(
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

/** Both ends of a TCP connection, with the descriptors that libuv owns. */
export async function connected(): Promise<{ near: Socket; far: Socket; end: () => void }> {
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

/** The descriptor that libuv has for a socket. */
export const fdOf = (socket: Socket): number => (socket as unknown as { _handle: { fd: number } })._handle.fd
