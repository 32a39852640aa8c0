import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { EPOLLERR, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLONESHOT, EPOLLOUT, native, type Native } from 'inotify-ts/native'
import { ManualClock } from '../../../../lib/movement/loop/clock.js'
import { Escapement } from '../../../../lib/movement/loop/escapement.js'

// Without the native part these are the fallback's tests; see the end of the file.
const withNative = (name: string, body: (binding: Native) => Promise<void> | void) => {
  if (native === null) return
  const binding = native
  test(name, async () => {
    await body(binding)
  })
}

const start = (binding: Native) => {
  const esc = new Escapement()
  const opened: number[] = []
  const pipe = (): [number, number] => {
    const ends = binding.pipe()
    opened.push(...ends)
    return ends
  }
  const close = (fd: number) => {
    opened.splice(opened.indexOf(fd), 1)
    closeSync(fd)
  }
  const stop = () => {
    esc.close()
    for (const fd of opened) closeSync(fd)
  }
  return { esc, pipe, close, stop, opened, drain: (fd: number) => readSync(fd, Buffer.alloc(100)) }
}

withNative('runs the callable with the mask and its arguments while the descriptor is ready', async (binding) => {
  const { esc, pipe, stop, drain } = start(binding)
  const [readEnd, writeEnd] = pipe()
  const heard: unknown[] = []
  const watch = esc.fdRegister(readEnd, EPOLLIN, (mask, word: string) => heard.push([mask, word, drain(readEnd)]), 'x')
  await esc.waitIdle()
  expect(heard).toEqual([])
  writeSync(writeEnd, 'one')
  await esc.waitIdle()
  await esc.waitIdle()
  expect([heard, watch.live]).toEqual([[[EPOLLIN, 'x', 3]], true])
  stop()
  expect(watch.live).toBe(false)
})

withNative(
  'tells again and again while the descriptor stays ready, and Node gets its turns between',
  async (binding) => {
    const { esc, pipe, stop } = start(binding)
    const [readEnd, writeEnd] = pipe()
    let count = 0
    esc.fdRegister(readEnd, EPOLLIN, () => (count += 1))
    writeSync(writeEnd, 'x')
    let turns = 0
    for (; count < 3; turns++) await new Promise((resolve) => setImmediate(resolve))
    expect(turns).toBeGreaterThan(0)
    stop()
  },
)

withNative('tells of an edge once, and of a one-shot once until it is registered again', async (binding) => {
  const { esc, pipe, stop } = start(binding)
  const [edge, edgeIn] = pipe()
  const [shot, shotIn] = pipe()
  const heard: string[] = []
  esc.fdRegister(edge, EPOLLIN | EPOLLET, () => heard.push('edge'))
  const bindShot = () => esc.fdRegister(shot, EPOLLIN | EPOLLONESHOT, () => heard.push('shot'))
  bindShot()
  for (const fd of [edgeIn, shotIn]) writeSync(fd, 'x')
  for (let i = 0; i < 3; i++) await esc.waitIdle()
  expect(heard.toSorted()).toEqual(['edge', 'shot'])
  writeSync(shotIn, 'x')
  await esc.waitIdle()
  expect(heard.length).toBe(2)
  esc.fdUnregister(shot)
  bindShot()
  await esc.waitIdle()
  expect(heard.length).toBe(3)
  stop()
})

withNative('tells of the end of a pipe even to an empty mask', async (binding) => {
  const { esc, pipe, close, stop } = start(binding)
  const [readEnd, writeEnd] = pipe()
  const masks: number[] = []
  const hear = (fd: number) => (mask: number) => {
    masks.push(mask)
    esc.fdUnregister(fd)
  }
  esc.fdRegister(readEnd, 0, hear(readEnd))
  close(writeEnd)
  await esc.waitIdle()
  const [otherRead, otherWrite] = pipe()
  esc.fdRegister(otherWrite, EPOLLOUT, hear(otherWrite))
  close(otherRead)
  await esc.waitIdle()
  expect(masks).toEqual([EPOLLHUP, EPOLLOUT | EPOLLERR])
  stop()
})

withNative('an unregistered descriptor is heard no more, not even of what is already queued', async (binding) => {
  const { esc, pipe, stop } = start(binding)
  const pipes = [pipe(), pipe()]
  const heard: number[] = []
  for (const [readEnd] of pipes) {
    esc.fdRegister(readEnd, EPOLLIN, () => {
      heard.push(readEnd)
      for (const [other] of pipes) expect(esc.fdUnregister(other)).toBe(true)
    })
  }
  for (const [, writeEnd] of pipes) writeSync(writeEnd, 'x')
  await esc.waitIdle()
  await esc.waitIdle()
  expect(heard.length).toBe(1)
  expect(esc.fdUnregister(heard[0] ?? -1)).toBe(false)
  stop()
})

withNative('a number that was closed and used again never hits the old handler', async (binding) => {
  const { esc, pipe, close, stop } = start(binding)
  const [first] = pipe()
  const heard: string[] = []
  const old = esc.fdRegister(first, EPOLLIN, () => heard.push('old'))
  close(first)
  const [again, writeEnd] = pipe()
  expect(again).toBe(first)
  esc.fdRegister(again, EPOLLIN, () => {
    heard.push('new')
    esc.fdUnregister(again)
  })
  expect(old.live).toBe(false)
  writeSync(writeEnd, 'x')
  for (let i = 0; i < 3; i++) await esc.waitIdle()
  expect(heard).toEqual(['new'])
  stop()
})

withNative(
  'a handler that closes another and reuses its number within the tick silences the old one',
  async (binding) => {
    const { esc, pipe, close, stop } = start(binding)
    const [[a, aIn], [b, bIn]] = [pipe(), pipe()]
    const heard: string[] = []
    const swap = (mine: number, other: number) => () => {
      heard.push('first')
      esc.fdUnregister(mine)
      close(other)
      const [fresh] = pipe()
      expect(fresh).toBe(other)
      esc.fdRegister(fresh, EPOLLIN, () => heard.push('fresh'))
    }
    esc.fdRegister(a, EPOLLIN, swap(a, b))
    esc.fdRegister(b, EPOLLIN, swap(b, a))
    writeSync(aIn, 'x')
    writeSync(bIn, 'x')
    for (let i = 0; i < 3; i++) await esc.waitIdle()
    expect(heard).toEqual(['first'])
    stop()
  },
)

withNative('a copy that lives on after its close is silenced, and the others are still heard', async (binding) => {
  const { esc, pipe, close, stop, opened } = start(binding)
  const [readEnd, writeEnd] = pipe()
  const [other, otherIn] = pipe()
  const heard: string[] = []
  esc.fdRegister(readEnd, EPOLLIN, () => heard.push('ghost'))
  esc.fdRegister(other, EPOLLIN, () => {
    heard.push('other')
    esc.fdUnregister(other)
  })
  const [shot, shotIn] = pipe()
  esc.fdRegister(shot, EPOLLIN | EPOLLONESHOT, () => heard.push('shot'))
  writeSync(shotIn, 'x')
  await esc.waitIdle()
  opened.push(binding.dup(readEnd))
  close(readEnd)
  expect(esc.fdUnregister(readEnd)).toBe(true)
  writeSync(writeEnd, 'x') // The kernel tells of the copy under the old token, for ever.
  await esc.waitIdle()
  const before = process.cpuUsage()
  await new Promise<void>((resolve) => esc.after(300, resolve))
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(100) // A loop that spins takes all it gets.
  writeSync(otherIn, 'x')
  await esc.waitIdle()
  expect(heard).toEqual(['shot', 'other'])
  stop()
})

withNative('a hundred ready descriptors are all heard in one tick', async (binding) => {
  const { esc, pipe, stop, drain } = start(binding)
  const pipes = Array.from({ length: 300 }, pipe)
  const heard = new Set<number>()
  for (const [readEnd] of pipes) {
    esc.fdRegister(readEnd, EPOLLIN, () => {
      drain(readEnd)
      heard.add(readEnd)
    })
  }
  for (const [, writeEnd] of pipes) writeSync(writeEnd, 'x')
  await esc.waitIdle()
  expect(heard.size).toBe(300)
  stop()
})

withNative('works beside a clock that stands', async (binding) => {
  const { pipe, stop } = start(binding)
  const esc = new Escapement({ clock: new ManualClock() })
  const [readEnd, writeEnd] = pipe()
  const heard: number[] = []
  esc.fdRegister(readEnd, EPOLLIN, () => {
    heard.push(esc.now())
    esc.fdUnregister(readEnd)
  })
  writeSync(writeEnd, 'x')
  await esc.waitIdle()
  expect(heard).toEqual([0])
  esc.close()
  stop()
})

withNative('says what is wrong with a descriptor', (binding) => {
  const { esc, pipe, close, stop } = start(binding)
  const [readEnd] = pipe()
  const never = () => undefined
  esc.fdRegister(readEnd, EPOLLIN, never)
  const regular = openSync(new URL(import.meta.url), 'r')
  const attempt = (fd: number, mask: number = EPOLLIN) => {
    try {
      esc.fdRegister(fd, mask, never)
      return 'bound'
    } catch (error) {
      return (error as Error & { code?: string }).code ?? (error as Error).message
    }
  }
  expect([attempt(readEnd), attempt(regular), attempt(1_000_000)]).toEqual(['EEXIST', 'EPERM', 'EBADF'])
  expect(attempt(-1)).toBe('fd must be a descriptor, an integer of at least 0: it is -1')
  expect(attempt(readEnd, NaN)).toBe('mask must be bits of epoll(7): it is NaN')
  expect(() => esc.fdRegister(regular, EPOLLIN, never)).toThrow(
    `cannot watch descriptor ${regular}: it is a regular file or a directory, which epoll(7) refuses as always ready`,
  )
  closeSync(regular)
  close(readEnd)
  stop()
})

withNative('an exception in a handler keeps no other from being heard', async (binding) => {
  const { pipe, stop } = start(binding)
  const failures: string[] = []
  const esc = new Escapement({ onError: ({ message }) => failures.push(message) })
  const pipes = [pipe(), pipe(), pipe()]
  for (const [readEnd, writeEnd] of pipes) {
    esc.fdRegister(readEnd, EPOLLIN, () => {
      esc.fdUnregister(readEnd)
      throw new Error('handler')
    })
    writeSync(writeEnd, 'x')
  }
  await esc.waitIdle()
  expect(failures).toEqual(['handler', 'handler', 'handler'])
  esc.close()
  stop()
})

if (native === null) {
  test('without the native part a registration says why there is none', () => {
    const esc = new Escapement()
    const attempt = () => esc.fdRegister(0, EPOLLIN, () => undefined)
    expect(attempt).toThrow(expect.objectContaining({ code: 'ENOTSUP' }) as Error)
    expect(attempt).toThrow(/descriptors cannot be watched without the native binding: the native part of inotify-ts/)
    expect(esc.fdUnregister(0)).toBe(false)
  })
}
