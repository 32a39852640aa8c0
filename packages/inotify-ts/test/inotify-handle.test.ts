import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEvents } from '../src/events.js'
import { IN } from '../src/masks.js'
import type { InotifyHandle } from '../src/native.js'
import { codeOf, countDescriptors, describeNative, runChild, withFiles } from './support.js'

type Make = (into: Buffer, callback: (this: InotifyHandle, length: number) => void) => InotifyHandle

describeNative('an inotify instance that reads by itself', (native) => {
  /** With a directory, and instances that watch it for what is created; all gone in the end. */
  const watching = (body: (rig: { dir: string; make: Make }) => Promise<void>) => () =>
    withFiles(async ({ dir }) => {
      const made: InotifyHandle[] = []
      const make: Make = (into, callback) => {
        const handle = new native.Inotify(into, callback)
        made.push(handle)
        native.inotifyAddWatch(handle.fd, dir, IN.CREATE)
        return handle
      }
      try {
        await body({ dir, make })
      } finally {
        for (const handle of made) handle.close()
      }
    })

  test(
    'gives what there is to read, as many bytes as it says',
    watching(async ({ dir, make }) => {
      const into = Buffer.alloc(1024, 0xee)
      let handle: InotifyHandle | null = null
      const [length, self] = await new Promise<[number, unknown]>((resolve) => {
        handle = make(into, function (length) {
          resolve([length, this])
        })
        for (const name of ['a', 'b']) mkdirSync(join(dir, name))
      })
      expect(self).toBe(handle)
      expect(length).toBe(64)
      expect(parseEvents(into, length).map(({ name }) => name)).toEqual(['a', 'b'])
      expect(into.subarray(length).every((byte) => byte === 0xee)).toBe(true)
    }),
  )

  test(
    'gives the rest in the next turn, where the buffer is small',
    watching(async ({ dir, make }) => {
      const lengths: number[] = []
      make(Buffer.alloc(272), (length) => lengths.push(length))
      // Each takes 32 bytes.
      for (let i = 0; i < 20; i++) mkdirSync(join(dir, `${i}`))
      while (lengths.length < 3) await new Promise(setImmediate)
      expect(lengths).toEqual([256, 256, 128])
    }),
  )

  test(
    'reads nothing while it is told not to, and then all at once',
    watching(async ({ dir, make }) => {
      const lengths: number[] = []
      const handle = make(Buffer.alloc(1024), (length) => lengths.push(length))
      handle.setReading(false)
      handle.setReading(false)
      for (const name of ['a', 'b']) mkdirSync(join(dir, name))
      for (let i = 0; i < 3; i++) await new Promise(setImmediate)
      expect(lengths).toEqual([])
      handle.setReading(true)
      handle.setReading(true)
      while (lengths.length === 0) await new Promise(setImmediate)
      expect(lengths).toEqual([64])
      handle.close()
      expect(codeOf(() => handle.setReading(true))).toBe('ERR_CLOSED')
    }),
  )

  test(
    'has nothing to tell where somebody else has just read it',
    watching(async ({ dir, make }) => {
      const heard: number[] = []
      // Both are ready in the same wake-up, and the first one takes what the other was to be told.
      const pair = [0, 1].map((which) =>
        make(Buffer.alloc(272), () => {
          heard.push(which)
          native.read(pair[1 - which]!.fd, Buffer.alloc(272))
        }),
      )
      mkdirSync(join(dir, 'a'))
      while (heard.length === 0) await new Promise(setImmediate)
      await new Promise(setImmediate)
      expect(heard).toHaveLength(1)
    }),
  )

  test(
    'may be closed in its callback, and twice, and leaves no descriptor behind',
    watching(async ({ dir, make }) => {
      const before = countDescriptors('anon_inode:inotify')
      let calls = 0
      const closed = await new Promise<InotifyHandle>((resolve) => {
        make(Buffer.alloc(272), function () {
          calls++
          this.close()
          this.close()
          resolve(this)
        })
        for (let i = 0; i < 20; i++) mkdirSync(join(dir, `${i}`))
      })
      for (let i = 0; i < 500; i++) new native.Inotify(Buffer.alloc(272), () => undefined).close()
      await new Promise(setImmediate)
      expect(calls).toBe(1)
      expect(codeOf(() => closed.setRef(true))).toBe('ERR_CLOSED')
      expect(countDescriptors('anon_inode:inotify')).toBe(before)
    }),
  )

  test('refuses a buffer that has no room for any event, and what is none', () => {
    const make = native.Inotify as unknown as (into: Buffer, callback: () => void) => InotifyHandle
    const nothing = () => undefined
    expect(() => new native.Inotify(Buffer.alloc(271), nothing)).toThrow(
      new TypeError('into must have room for any event, at least 272 bytes: it has 271'),
    )
    expect(codeOf(() => new native.Inotify('text' as never, nothing))).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf(() => new native.Inotify(Buffer.alloc(272), null as never))).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf(() => make(Buffer.alloc(272), nothing))).toBe('ERR_CONSTRUCT_CALL_REQUIRED')
  })

  test('keeps the process alive unless it is told not to', async () => {
    const { stdout } = await runChild(`
      new native.Inotify(Buffer.alloc(272), () => {}).setRef(false)
      process.on('exit', () => console.log('ended'))
    `)
    expect(stdout).toBe('ended')
    const alive = await runChild(`
      const handle = new native.Inotify(Buffer.alloc(272), () => {})
      setImmediate(() => setImmediate(() => { console.log('alive'); handle.close() }))
    `)
    expect(alive.stdout).toBe('alive')
  })

  test('hands what its callback throws to uncaughtException, and goes on', () =>
    withFiles(async ({ dir }) => {
      const { code, stdout } = await runChild(`
        let calls = 0
        process.on('uncaughtException', (error) => console.log(error.message))
        const handle = new native.Inotify(Buffer.alloc(272), () => {
          if (++calls === 3) return handle.close()
          throw new Error('thrown ' + calls)
        })
        native.inotifyAddWatch(handle.fd, ${JSON.stringify(dir)}, ${IN.CREATE})
        for (let i = 0; i < 20; i++) require('fs').mkdirSync(${JSON.stringify(dir)} + '/' + i)
      `)
      expect([code, stdout]).toEqual([0, 'thrown 1\nthrown 2'])
    }))

  test('closes itself with an error when its buffer was transferred away', () =>
    withFiles(async ({ dir }) => {
      writeFileSync(join(dir, 'a'), '')
      const { code, stdout } = await runChild(`
        const into = Buffer.alloc(272)
        const handle = new native.Inotify(into, () => console.log('called'))
        process.on('uncaughtException', (error) => {
          console.log(error.code)
          try { handle.setRef(true) } catch (closed) { console.log(closed.code) }
        })
        structuredClone(into, { transfer: [into.buffer] })
        native.inotifyAddWatch(handle.fd, ${JSON.stringify(dir)}, ${IN.DELETE})
        require('fs').rmSync(${JSON.stringify(join(dir, 'a'))})
      `)
      expect([code, stdout]).toEqual([0, 'ERR_CLOSED\nERR_CLOSED'])
    }))

  test('says EMFILE when descriptors ran out', async () => {
    const { stdout } = await runChild(
      `const pipes = []
      try { for (;;) pipes.push(native.pipe()) } catch {}
      for (;;) try { pipes.push([native.eventfd()]) } catch { break }
      try { new native.Inotify(Buffer.alloc(272), () => {}) } catch (error) { console.log(error.code, error.syscall) }
      for (const fd of pipes.flat()) require('fs').closeSync(fd)
      new native.Inotify(Buffer.alloc(272), () => {}).close()
      console.log('made')`,
      ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh'],
    )
    expect(stdout).toBe('EMFILE inotify_init1\nmade')
  })

  test('goes with its worker', async () => {
    const { code, stdout, stderr } = await runChild(`
      const { Worker } = require('node:worker_threads')
      const { readdirSync, readlinkSync } = require('node:fs')
      const count = () => readdirSync('/proc/self/fd').filter((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd) === 'anon_inode:inotify' } catch { return false }
      }).length
      const flood = \`
        const { parentPort, workerData } = require('node:worker_threads')
        const native = require(workerData)
        const { mkdtempSync, mkdirSync, rmdirSync } = require('node:fs')
        const dir = mkdtempSync(require('node:os').tmpdir() + '/inotify-ts-')
        let calls = 0
        const handle = new native.Inotify(Buffer.alloc(272), () => {
          if (++calls === 10) { rmdirSync(dir + '/x'); rmdirSync(dir); parentPort.postMessage('flooded') }
        })
        native.inotifyAddWatch(handle.fd, dir, ${IN.CREATE | IN.DELETE})
        for (let i = 0; i < 100; i++) { mkdirSync(dir + '/x'); rmdirSync(dir + '/x') }
        mkdirSync(dir + '/x')
      \`
      ;(async () => {
        const before = count()
        for (let i = 0; i < 20; i++) {
          const worker = new Worker(flood, { eval: true, workerData: process.argv[1] })
          await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
          await worker.terminate()
        }
        console.log(count() - before, 'left')
      })()
    `)
    expect([code, stdout, stderr]).toEqual([0, '0 left', ''])
  })
})
