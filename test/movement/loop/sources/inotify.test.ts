import {
  appendFileSync,
  linkSync,
  readlinkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  renameSync,
  writeFileSync,
  readFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IN } from 'inotify-ts'
import { native } from 'inotify-ts/native'
import { ManualClock, SystemClock } from '../../../../lib/movement/loop/clock.js'
import { Escapement } from '../../../../lib/movement/loop/escapement.js'
import type { InotifyEvent } from '../../../../lib/movement/loop/event-loop.js'
import type { Entry } from '../../../../lib/movement/loop/ready.js'
import { InotifySource } from '../../../../lib/movement/loop/sources/inotify.js'

// Without the native part these are the fallback's tests; see the end of the file.
const withNative = native === null ? () => undefined : test

const start = () => {
  const dir = mkdtempSync(join(tmpdir(), 'deadbeat-inotify-'))
  const esc = new Escapement()
  const heard: string[] = []
  const hear = (event: InotifyEvent, who = '') => {
    const names = Object.entries(IN).filter(
      ([name, bit]) => (event.mask & bit) === bit && !/^(CLOSE|MOVE|ALL.*)$/.test(name),
    )
    heard.push([who, names.map(([name]) => name).join('|'), event.name].filter((part) => part !== '').join(' '))
  }
  const at = (...names: string[]) => join(dir, ...names)
  const stop = () => {
    esc.close()
    rmSync(dir, { recursive: true })
  }
  return { dir, at, esc, heard, hear, stop }
}

withNative('inotify works here', () => {
  const { esc, stop } = start()
  expect([esc.inotify, esc.inotify]).toEqual([true, true])
  stop()
  expect(esc.inotify).toBe(false)
})

withNative('tells what happens in a directory, in order, with names and arguments', async () => {
  const { dir, at, esc, heard, hear, stop } = start()
  const watch = esc.inotifyAdd(dir, IN.CREATE | IN.CLOSE_WRITE | IN.MOVE | IN.DELETE, hear, 'dir')
  writeFileSync(at('a'), 'x')
  mkdirSync(at('sub'))
  renameSync(at('a'), at('b'))
  rmSync(at('b'))
  await esc.waitIdle()
  expect(heard).toEqual([
    'dir CREATE a',
    'dir CLOSE_WRITE a',
    'dir CREATE|ISDIR sub',
    'dir MOVED_FROM a',
    'dir MOVED_TO b',
    'dir DELETE b',
  ])
  expect(watch.live).toBe(true)
  stop()
  expect(watch.live).toBe(false)
})

withNative('joins the halves of a rename across directories by their cookie, the one before the other', async () => {
  const { at, esc, stop } = start()
  const events: InotifyEvent[] = []
  for (const name of ['from', 'to']) mkdirSync(at(name))
  for (const name of ['to', 'from']) esc.inotifyAdd(at(name), IN.MOVE, (event) => events.push(event))
  writeFileSync(at('from', 'x'), '')
  renameSync(at('from', 'x'), at('to', 'y'))
  await esc.waitIdle()
  expect(events.map(({ mask, name }) => [mask, name])).toEqual([
    [IN.MOVED_FROM, 'x'],
    [IN.MOVED_TO, 'y'],
  ])
  expect(events[0]?.cookie).toBeGreaterThan(0)
  expect(events[0]?.cookie).toBe(events[1]?.cookie)
  stop()
})

withNative('events of several watchers are heard in the order in which they came, however many wait', async () => {
  const { at, esc, heard, hear, stop } = start()
  for (const name of ['a', 'b']) {
    mkdirSync(at(name))
    esc.inotifyAdd(at(name), IN.CREATE, hear, name)
  }
  for (const round of ['first', 'second']) {
    heard.length = 0
    for (const name of ['a/1', 'a/2', 'b/1', 'a/3', 'b/2']) mkdirSync(at(`${name} ${round}`))
    await esc.waitIdle()
    expect(heard).toEqual(
      ['a 1', 'a 2', 'b 1', 'a 3', 'b 2'].map((word) => `${word.replace(' ', ' CREATE|ISDIR ')} ${round}`),
    )
  }
  stop()
})

withNative('what one event makes its callable throw keeps the events behind it from nobody', async () => {
  const root = mkdtempSync(join(tmpdir(), 'deadbeat-inotify-'))
  const heard: string[] = []
  const errors: string[] = []
  const esc = new Escapement({ onError: (error) => errors.push(error.message) })
  esc.inotifyAdd(root, IN.CREATE, ({ name }) => {
    if (name !== '2') throw new Error(`at ${name}`)
    heard.push(name)
  })
  for (const name of ['1', '2', '3']) mkdirSync(join(root, name))
  await esc.waitIdle()
  expect([heard, errors]).toEqual([['2'], ['at 1', 'at 3']])
  esc.close()
  rmSync(root, { recursive: true })
})

withNative('several watchers of one file, by any of its names, each get their own mask', async () => {
  const { at, esc, heard, hear, stop } = start()
  writeFileSync(at('a'), '')
  linkSync(at('a'), at('b'))
  esc.inotifyAdd(at('a'), IN.MODIFY, hear, 'modify')
  esc.inotifyAdd(at('b'), IN.CLOSE_WRITE, hear, 'close')
  esc.inotifyAdd(at('a'), IN.MODIFY | IN.ATTRIB, hear, 'both')
  appendFileSync(at('a'), 'x')
  await esc.waitIdle()
  expect(heard).toEqual(['modify MODIFY', 'both MODIFY', 'close CLOSE_WRITE'])
  stop()
})

withNative('the watch of a file goes with its last watcher', async () => {
  const { at, esc, heard, hear, stop } = start()
  writeFileSync(at('a'), '')
  const [one, two] = [esc.inotifyAdd(at('a'), IN.MODIFY, hear, 'one'), esc.inotifyAdd(at('a'), IN.MODIFY, hear, 'two')]
  expect(kernelWatches()).toBe(1)
  expect([esc.inotifyRm(one), esc.inotifyRm(one), one.live, two.live]).toEqual([true, false, false, true])
  appendFileSync(at('a'), 'x')
  await esc.waitIdle()
  expect(heard).toEqual(['two MODIFY'])
  expect(esc.inotifyRm(two)).toBe(true)
  expect(kernelWatches()).toBe(0)
  appendFileSync(at('a'), 'x')
  await esc.waitIdle()
  expect(heard.length).toBe(1)
  stop()
})

withNative('a watcher taken back hears nothing of what is queued already', async () => {
  const { at, esc, heard, hear, stop } = start()
  writeFileSync(at('a'), '')
  const watch = esc.inotifyAdd(at('a'), IN.MODIFY, hear)
  appendFileSync(at('a'), 'x')
  esc.inotifyRm(watch)
  esc.inotifyAdd(at('a'), IN.ATTRIB, hear)
  await esc.waitIdle()
  expect(heard).toEqual([])
  stop()
})

withNative('a watcher that another one takes back hears not even the event that both were told', async () => {
  const { dir, at, esc, heard, hear, stop } = start()
  esc.inotifyAdd(dir, IN.CREATE, (event) => {
    hear(event, 'first')
    esc.inotifyRm(second)
  })
  const second = esc.inotifyAdd(dir, IN.CREATE, hear, 'second')
  writeFileSync(at('a'), '')
  await esc.waitIdle()
  expect(heard).toEqual(['first CREATE a'])
  stop()
})

withNative('a deleted file ends its watchers, each told so by IGNORED, and its successor can be watched', async () => {
  const { at, esc, heard, hear, stop } = start()
  writeFileSync(at('a'), '')
  const watches = [
    esc.inotifyAdd(at('a'), IN.MODIFY, hear, 'one'),
    esc.inotifyAdd(at('a'), IN.DELETE_SELF, hear, 'two'),
  ]
  rmSync(at('a'))
  writeFileSync(at('a'), '')
  esc.inotifyAdd(at('a'), IN.MODIFY, hear, 'new')
  await esc.waitIdle()
  appendFileSync(at('a'), 'x')
  await esc.waitIdle()
  expect(heard).toEqual(['two DELETE_SELF', 'one IGNORED', 'two IGNORED', 'new MODIFY'])
  expect(watches.map((watch) => [watch.live, esc.inotifyRm(watch)])).toEqual([
    [false, false],
    [false, false],
  ])
  stop()
})

withNative('a one-shot watcher hears one event, and those beside it all', async () => {
  const { dir, at, esc, heard, hear, stop } = start()
  const shot = esc.inotifyAdd(dir, (IN.CREATE | IN.ONESHOT) >>> 0, hear, 'shot')
  esc.inotifyAdd(dir, IN.CREATE, hear, 'all')
  for (const name of ['a', 'b']) writeFileSync(at(name), '')
  await esc.waitIdle()
  expect([heard, shot.live]).toEqual([['shot CREATE a', 'all CREATE a', 'all CREATE b'], false])
  stop()
})

withNative('the watch of a file goes with its last one-shot watcher too', async () => {
  const { dir, at, esc, hear, stop } = start()
  esc.inotifyAdd(dir, (IN.CREATE | IN.ONESHOT) >>> 0, hear)
  writeFileSync(at('a'), '')
  await esc.waitIdle()
  expect(kernelWatches()).toBe(0)
  stop()
})

withNative('an overflow of the queue is told to every watcher', async () => {
  const { dir, at, esc, stop } = start()
  const limit = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'))
  writeFileSync(at('quiet'), '')
  const heard = { busy: 0, quiet: 0, lost: [] as string[] }
  const hear = (event: InotifyEvent, who: 'busy' | 'quiet') => {
    heard[who] += 1
    if ((event.mask & IN.Q_OVERFLOW) !== 0) heard.lost.push(`${who} ${event.mask} ${event.name}`)
  }
  esc.inotifyAdd(at('quiet'), IN.MODIFY, hear, 'quiet')
  esc.inotifyAdd(dir, IN.CREATE | IN.DELETE, hear, 'busy')
  for (let i = 0; i <= limit / 2; i++) {
    writeFileSync(at('x'), '')
    rmSync(at('x'))
  }
  await esc.waitIdle()
  expect(heard).toEqual({ busy: limit + 1, quiet: 1, lost: ['quiet 16384 ', 'busy 16384 '] })
  stop()
})

withNative('a flood of wake-ups is halted for a millisecond, and what gathers then comes at once', async () => {
  const { dir, at, stop } = start()
  const clock = new ManualClock()
  const batches: number[] = []
  const entries: Entry[] = []
  const deliver = (tell: () => void) => {
    const before = entries.length
    tell()
    batches.push(entries.length - before)
  }
  const source = new InotifySource((entry) => entries.push(entry), deliver, clock)
  source.add(dir, IN.CREATE, () => undefined)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 32; i++) {
    expect(source.isHalting).toBe(false)
    mkdirSync(at(`${i}`))
    while (batches.length === i) await turn()
  }
  expect(source.isHalting).toBe(true)
  for (let i = 32; i < 35; i++) {
    mkdirSync(at(`${i}`))
    await turn()
  }
  expect(batches).toEqual(Array(32).fill(1))
  clock.advance(1)
  while (batches.length === 32) await turn()
  expect([source.isHalting, batches.at(-1)]).toEqual([false, 3])
  source.close()
  stop()
})

withNative('waiting until it is idle waits for what gathers, too', async () => {
  const { dir, at, heard, hear, stop } = start()
  // All that happens while it stands happens within a millisecond.
  const clock = new SystemClock()
  const nowMs = clock.now()
  clock.now = () => nowMs
  const esc = new Escapement({ clock })
  esc.inotifyAdd(dir, IN.CREATE, (event) => {
    hear(event)
    if (heard.length === 32) mkdirSync(at('while it is halted'))
  })
  for (let i = 0; i < 32; i++) {
    mkdirSync(at(`${i}`))
    while (heard.length === i) await new Promise((resolve) => setImmediate(resolve))
  }
  await esc.waitIdle()
  expect(heard.length).toBe(33)
  esc.close()
  stop()
})

withNative('may be closed while it halts', async () => {
  const { dir, at, stop } = start()
  const clock = new ManualClock()
  let told = 0
  const deliver = () => {
    told += 1
  }
  const source = new InotifySource(() => undefined, deliver, clock)
  source.add(dir, IN.CREATE, () => undefined)
  for (let i = 0; !source.isHalting; i++) {
    mkdirSync(at(`${i}`))
    await new Promise((resolve) => setImmediate(resolve))
  }
  source.close()
  clock.advance(1)
  expect([told, source.isHalting]).toEqual([32, false])
  stop()
})

withNative('a name that is not UTF-8 comes with its bytes, any other without', async () => {
  const { dir, at, esc, stop } = start()
  const events: InotifyEvent[] = []
  esc.inotifyAdd(Buffer.from(dir), IN.CREATE, (event) => events.push(event))
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0x61, 0xff])]), '')
  writeFileSync(at('ä'), '')
  await esc.waitIdle()
  expect(events.map(({ name, nameBytes }) => [name, nameBytes && [...nameBytes]])).toEqual([
    ['a\uFFFD', [0x61, 0xff]],
    ['ä', null],
  ])
  stop()
})

withNative('says what is wrong with a path', () => {
  const { at, esc, hear, stop } = start()
  writeFileSync(at('file'), '')
  const attempt = (path: string, mask: number = IN.MODIFY) => {
    try {
      esc.inotifyAdd(path, mask, hear)
      return 'bound'
    } catch (error) {
      return (error as Error & { code?: string }).code ?? (error as Error).message
    }
  }
  expect([attempt(at('none')), attempt(at('file'), IN.MODIFY | IN.ONLYDIR)]).toEqual(['ENOENT', 'ENOTDIR'])
  expect([attempt(at('file')), attempt(at('file'), IN.MODIFY | IN.MASK_CREATE)]).toEqual(['bound', 'EEXIST'])
  expect(attempt(at('file'), 0.5)).toBe('mask must be bits of inotify(7): it is 0.5')
  expect(() => esc.inotifyAdd(at('none'), IN.MODIFY, hear)).toThrow(/^cannot watch ".*none": ENOENT/)
  stop()
})

withNative('one instance serves all watchers, and close gives it back', () => {
  const { dir, at, esc, hear, stop } = start()
  writeFileSync(at('a'), '')
  const before = instances()
  for (const path of [dir, at('a')]) esc.inotifyAdd(path, IN.MODIFY, hear)
  expect(instances()).toBe(before + 1)
  stop()
  expect(instances()).toBe(before)
})

if (native === null) {
  test('without the native part inotify is false, and a watching says why', () => {
    const { dir, esc, hear, stop } = start()
    const attempt = () => esc.inotifyAdd(dir, IN.CREATE, hear)
    expect(esc.inotify).toBe(false)
    expect(attempt).toThrow(expect.objectContaining({ code: 'ENOTSUP' }) as Error)
    expect(attempt).toThrow(/inotify needs the native binding: the native part of inotify-ts/)
    stop()
  })
}

function instances(): number {
  return infos().length
}

function kernelWatches(): number {
  return infos().join('').split('inotify wd:').length - 1
}

// What the kernel says of every inotify descriptor of this process.
function infos(): string[] {
  return readdirSync('/proc/self/fdinfo').flatMap((fd) => {
    try {
      const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
      return readlinkSync(`/proc/self/fd/${fd}`) === 'anon_inode:inotify' ? [info] : []
    } catch {
      return [] // That of the listing itself.
    }
  })
}
