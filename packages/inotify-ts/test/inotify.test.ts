import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Inotify } from '../src/inotify.js'
import { IN } from '../src/masks.js'
import { loadError, native } from '../src/native.js'
import { codeOf, countDescriptors, describeNative, withInotify } from './support.js'

if (!native) {
  test('says ENOTSUP and why, where there is no native part', () => {
    const make = () => new Inotify({ onEvents: () => undefined })
    expect(codeOf(make)).toBe('ENOTSUP')
    expect(make).toThrow(expect.objectContaining({ cause: loadError }) as Error)
  })
}

describeNative('an inotify instance', () => {
  test(
    'tells what happened to which name of which watch',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.ALL_EVENTS)
      writeFileSync(join(dir, 'a'), 'x')
      mkdirSync(join(dir, 'd'))
      expect((await settle(wd)).map(({ mask, name }) => [mask, name])).toEqual([
        [IN.CREATE, 'a'],
        [IN.OPEN, 'a'],
        [IN.MODIFY, 'a'],
        [IN.CLOSE_WRITE, 'a'],
        [IN.CREATE | IN.ISDIR, 'd'],
      ])
    }),
  )

  test(
    'answers the same watch for a second add and replaces its mask',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.CREATE)
      expect(inotify.add(dir, IN.DELETE)).toBe(wd)
      writeFileSync(join(dir, 'a'), '')
      unlinkSync(join(dir, 'a'))
      expect((await settle(wd)).map((event) => event.mask)).toEqual([IN.DELETE])
    }),
  )

  test(
    'does so through a symbolic link too',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.CREATE)
      symlinkSync(dir, `${dir}-link`)
      expect(inotify.add(`${dir}-link`, IN.DELETE)).toBe(wd)
      expect(inotify.add(`${dir}-link`, IN.CREATE | IN.DONT_FOLLOW)).not.toBe(wd)
      writeFileSync(join(dir, 'a'), '')
      expect(await settle(wd)).toEqual([])
    }),
  )

  test(
    'adds to the mask with MASK_ADD, and with MASK_CREATE refuses a second watch',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.CREATE)
      expect(inotify.add(dir, IN.DELETE | IN.MASK_ADD)).toBe(wd)
      expect(codeOf(() => inotify.add(dir, IN.OPEN | IN.MASK_CREATE))).toBe('EEXIST')
      writeFileSync(join(dir, 'a'), '')
      unlinkSync(join(dir, 'a'))
      expect((await settle(wd)).map((event) => event.mask)).toEqual([IN.CREATE, IN.DELETE])
    }),
  )

  test(
    'refuses with ONLYDIR what is no directory, and a path that is not there',
    withInotify(async ({ dir, inotify }) => {
      writeFileSync(join(dir, 'a'), '')
      expect(codeOf(() => inotify.add(join(dir, 'a'), IN.OPEN | IN.ONLYDIR))).toBe('ENOTDIR')
      expect(() => inotify.add(join(dir, 'none'), IN.OPEN)).toThrow(
        `ENOENT: no such file or directory, inotify_add_watch '${join(dir, 'none')}'`,
      )
      await Promise.resolve()
    }),
  )

  test(
    'ends a removed watch with IGNORED, and knows it no more',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.CREATE)
      writeFileSync(join(dir, 'a'), '')
      inotify.rm(wd)
      expect((await settle(wd)).map((event) => event.mask)).toEqual([IN.CREATE, IN.IGNORED])
      expect(codeOf(() => inotify.rm(wd))).toBe('EINVAL')
    }),
  )

  test(
    'ends the watch of a deleted directory with IGNORED',
    withInotify(async ({ dir, inotify, settle }) => {
      mkdirSync(join(dir, 'd'))
      const wd = inotify.add(join(dir, 'd'), IN.DELETE_SELF)
      rmSync(join(dir, 'd'), { recursive: true })
      expect((await settle(wd)).map((event) => event.mask)).toEqual([IN.DELETE_SELF, IN.IGNORED])
      expect(codeOf(() => inotify.rm(wd))).toBe('EINVAL')
    }),
  )

  test(
    'gives a watch that was asked for one event no second',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.CREATE | IN.ONESHOT)
      writeFileSync(join(dir, 'a'), '')
      writeFileSync(join(dir, 'b'), '')
      expect((await settle(wd)).map((event) => event.mask)).toEqual([IN.CREATE, IN.IGNORED])
    }),
  )

  test(
    'pairs the halves of a rename by their cookie',
    withInotify(async ({ dir, inotify, settle }) => {
      for (const name of ['a', 'b']) writeFileSync(join(dir, name), '')
      const wd = inotify.add(dir, IN.MOVE)
      renameSync(join(dir, 'a'), join(dir, 'a2'))
      renameSync(join(dir, 'b'), join(dir, 'b2'))
      const events = await settle(wd)
      expect(events.map(({ mask, name }) => [mask, name])).toEqual([
        [IN.MOVED_FROM, 'a'],
        [IN.MOVED_TO, 'a2'],
        [IN.MOVED_FROM, 'b'],
        [IN.MOVED_TO, 'b2'],
      ])
      const [a, a2, b, b2] = events.map((event) => event.cookie)
      expect([a2, b2]).toEqual([a, b])
      expect(a).not.toBe(0)
      expect(a).not.toBe(b)
    }),
  )

  test(
    'gives a name that is no UTF-8 as the bytes that open the file',
    withInotify(async ({ dir, inotify, settle }) => {
      const wd = inotify.add(dir, IN.CREATE)
      const name = Buffer.from([0xff, 0x2d, 0xfe])
      writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), name]), 'content')
      writeFileSync(join(dir, 'příliš'), '')
      const [first, second] = await settle(wd)
      expect(first?.name).toEqual(name)
      expect(second?.name).toBe('příliš')
      const again = inotify.add(Buffer.concat([Buffer.from(`${dir}/`), first?.name as Buffer]), IN.OPEN)
      expect(again).not.toBe(wd)
    }),
  )

  test(
    'gives every name as bytes where bytes are asked for',
    withInotify(
      async ({ dir, inotify, settle }) => {
        const wd = inotify.add(dir, IN.CREATE)
        writeFileSync(join(dir, 'a'), '')
        expect((await settle(wd)).map((event) => event.name)).toEqual([Buffer.from('a')])
      },
      { names: 'buffer' },
    ),
  )

  test(
    'says that events were lost when the kernel queue overflows',
    withInotify(async ({ dir, inotify, batches, settle }) => {
      const files = ['a', 'b'].map((name) => join(dir, name))
      for (const file of files) writeFileSync(file, '')
      const wd = inotify.add(dir, IN.ATTRIB)
      const queueMax = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'))
      // By turns, since the kernel merges equal neighbours.
      for (let i = 0; i < queueMax + 100; i++) utimesSync(files[i % 2] ?? '', 1, 1)
      while (!batches.flat().some((event) => event.mask === IN.Q_OVERFLOW)) await new Promise(setImmediate)
      const events = batches.flat()
      expect(events).toHaveLength(queueMax + 1)
      expect(events.at(-1)).toEqual({ wd: -1, mask: 0x4000, cookie: 0, name: '' })
      utimesSync(files[0] ?? '', 2, 2)
      expect((await settle(wd)).length).toBe(queueMax + 1)
    }),
  )

  test(
    'hands over 64 KiB at a time and lets other work run in between',
    withInotify(async ({ dir, inotify, batches, settle }) => {
      inotify.add(dir, IN.CREATE | IN.DELETE)
      for (let i = 0; i < 3000; i++) {
        writeFileSync(join(dir, 'a'), '')
        unlinkSync(join(dir, 'a'))
      }
      const seenByImmediate: number[] = []
      const watch = () => {
        seenByImmediate.push(batches.length)
        if (batches.flat().length < 6000) setImmediate(watch)
      }
      setImmediate(watch)
      expect(await settle()).toHaveLength(6000)
      // An event with a short name takes 32 bytes.
      expect(batches.map((events) => events.length).filter((length) => length > 0)).toEqual([2048, 2048, 1904])
      expect(seenByImmediate).toEqual(expect.arrayContaining([1, 2]))
    }),
  )

  test(
    'closes its descriptors, and may be closed twice and from its own callback',
    withInotify(async ({ dir }) => {
      const before = countDescriptors('anon_inode:inotify') + countDescriptors('anon_inode:[eventpoll]')
      let calls = 0
      await new Promise<void>((resolve) => {
        const inotify = new Inotify({
          onEvents: () => {
            calls++
            inotify.close()
            inotify.close()
            expect(codeOf(() => inotify.add(dir, IN.OPEN))).toBe('EBADF')
            expect(codeOf(() => inotify.rm(1))).toBe('EBADF')
            inotify.setRef(true)
            setImmediate(resolve)
          },
        })
        inotify.add(dir, IN.CREATE)
        writeFileSync(join(dir, 'a'), '')
      })
      expect(calls).toBe(1)
      expect(countDescriptors('anon_inode:inotify') + countDescriptors('anon_inode:[eventpoll]')).toBe(before)
    }),
  )
})
