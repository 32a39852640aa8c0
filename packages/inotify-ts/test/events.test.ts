import { jest } from '@jest/globals'
import { endianness } from 'node:os'
import { EventCutter, parseEvents } from '../src/events.js'
import { IN } from '../src/masks.js'

interface Sample {
  wd: number
  mask: number
  cookie?: number
  name?: string | Buffer
  /** How much room the name has; as the kernel gives it by default. */
  room?: number
}

function encode({ wd, mask, cookie = 0, name = '', room }: Sample): Buffer {
  const nameBytes = Buffer.from(name as string)
  const padded = room ?? (nameBytes.length === 0 ? 0 : Math.ceil((nameBytes.length + 1) / 16) * 16)
  const numbers = [wd, mask | 0, cookie | 0, padded]
  const bytes = Buffer.alloc(16 + padded)
  for (const [i, value] of numbers.entries()) {
    if (endianness() === 'LE') bytes.writeInt32LE(value, i * 4)
    else bytes.writeInt32BE(value, i * 4)
  }
  nameBytes.copy(bytes, 16)
  return bytes
}

const three = Buffer.concat([
  encode({ wd: 1, mask: IN.CREATE | IN.ISDIR, name: 'žlutý kůň' }),
  encode({ wd: 2, mask: IN.DELETE_SELF }),
  encode({ wd: 3, mask: IN.MOVED_TO, cookie: 0xfffffffe, name: 'sixteen bytes...' }),
])

test('cuts a buffer into events in order', () => {
  expect(parseEvents(three)).toEqual([
    { wd: 1, mask: IN.CREATE | IN.ISDIR, cookie: 0, name: 'žlutý kůň' },
    { wd: 2, mask: IN.DELETE_SELF, cookie: 0, name: '' },
    { wd: 3, mask: IN.MOVED_TO, cookie: 0xfffffffe, name: 'sixteen bytes...' },
  ])
})

test('reads as far as the buffer was filled', () => {
  const big = Buffer.alloc(1024, 0xee)
  three.copy(big)
  expect(parseEvents(big, three.length)).toEqual(parseEvents(three))
  expect(parseEvents(big, 0)).toEqual([])
})

test('reads a buffer that lies at an odd address', () => {
  const odd = Buffer.from(new ArrayBuffer(three.length + 1), 1)
  three.copy(odd)
  expect(parseEvents(odd)).toEqual(parseEvents(three))
})

test('tells an overflow as watch -1', () => {
  expect(parseEvents(encode({ wd: -1, mask: IN.Q_OVERFLOW }))).toEqual([{ wd: -1, mask: 0x4000, cookie: 0, name: '' }])
})

test('keeps the highest bit of a mask positive', () => {
  expect(parseEvents(encode({ wd: 1, mask: IN.ONESHOT }))[0]?.mask).toBe(0x80000000)
})

test('gives a name that is not UTF-8 as bytes, even among text', () => {
  const name = Buffer.from([0x61, 0xff, 0x62])
  expect(parseEvents(encode({ wd: 1, mask: 1, name }))[0]?.name).toEqual(name)
})

test('takes a name that holds the replacement character itself as text', () => {
  expect(parseEvents(encode({ wd: 1, mask: 1, name: 'a\uFFFD' }))[0]?.name).toBe('a\uFFFD')
})

test('gives names as bytes of their own where bytes are asked for', () => {
  const bytes = encode({ wd: 1, mask: 1, name: 'a' })
  const [event] = parseEvents(bytes, bytes.length, 'buffer')
  bytes.fill(0)
  expect(event?.name).toEqual(Buffer.from('a'))
  expect(parseEvents(encode({ wd: 1, mask: 1 }), 16, 'buffer')[0]?.name).toBe('')
})

test('refuses bytes that end within an event', () => {
  expect(() => parseEvents(three, three.length - 4)).toThrow(RangeError)
  expect(() => parseEvents(three.subarray(0, 8))).toThrow(/must end within the 8 bytes/)
  expect(() => parseEvents(three, three.length + 16)).toThrow(RangeError)
})

test('gives each event its own name, whatever names came before', () => {
  const names = [
    'a',
    'a',
    'b',
    '',
    'b',
    'abcde',
    'abcdf',
    'a',
    'é',
    'é',
    'sixteen bytes...',
    'seventeen bytes..',
    'a',
    'x'.repeat(255),
    'a',
  ]
  const bytes = Buffer.concat(names.map((name, i) => encode({ wd: i, mask: 1, name })))
  expect(parseEvents(bytes).map(({ wd, name }) => [wd, name])).toEqual(names.map((name, i) => [i, name]))
})

test('takes no bytes for the text of as many bytes that came before, nor the other way round', () => {
  const names = [
    Buffer.from('é'),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('é'),
    Buffer.from('(('),
    Buffer.from([0xc3, 0x28]),
  ]
  const bytes = Buffer.concat(names.map((name) => encode({ wd: 1, mask: 1, name })))
  expect(parseEvents(bytes).map(({ name }) => name)).toEqual(['é', names[1], 'é', '((', names[4]])
})

test('takes a name that fills its room to the last byte', () => {
  const names = ['abcdefgh', 'abcd', 'abcdefgh', 'abcdefghijkl']
  const bytes = Buffer.concat(names.map((name) => encode({ wd: 1, mask: 1, name, room: name.length })))
  expect(parseEvents(bytes).map(({ name }) => name)).toEqual(names)
})

test('gives equal names that are asked for as bytes a copy each', () => {
  const bytes = Buffer.concat([1, 2].map((wd) => encode({ wd, mask: 1, name: 'a' })))
  const [one, two] = parseEvents(bytes, bytes.length, 'buffer')
  expect([one?.name, two?.name]).toEqual([Buffer.from('a'), Buffer.from('a')])
  expect(one?.name).not.toBe(two?.name)
})

describe('a cutter', () => {
  test('cuts what its buffer is filled with by now', () => {
    const into = Buffer.alloc(64)
    const cutter = new EventCutter(into)
    const fill = (name: string | Buffer): unknown[] => {
      const length = encode({ wd: 7, mask: IN.CREATE, cookie: 5, name }).copy(into)
      const cut: unknown[] = []
      cutter.cut(length, (...event) => cut.push(event))
      return cut
    }
    const names = ['a', 'a', '', 'b', Buffer.from([0xff]), 'b', 'a name of more than sixteen bytes', 'a']
    for (const name of names) expect(fill(name)).toEqual([[7, IN.CREATE, 5, name]])
  })

  test('makes one string of a name that comes again and again', () => {
    const bytes = Buffer.concat([1, 2, 3].map((wd) => encode({ wd, mask: 1, name: wd === 3 ? 'b' : 'a' })))
    const cutter = new EventCutter(bytes)
    const toString = jest.spyOn(bytes, 'toString')
    const names: unknown[] = []
    for (let i = 0; i < 2; i++) cutter.cut(bytes.length, (...event) => names.push(event[3]))
    expect(names).toEqual(['a', 'a', 'b', 'a', 'a', 'b'])
    expect(toString).toHaveBeenCalledTimes(4)
  })

  test('gives what came before an event that does not end', () => {
    const cut: number[] = []
    expect(() => new EventCutter(three).cut(three.length - 4, (wd) => cut.push(wd))).toThrow(RangeError)
    expect(cut).toEqual([1, 2])
  })

  test('needs a buffer at a multiple of 4 bytes', () => {
    expect(() => new EventCutter(Buffer.from(new ArrayBuffer(17), 1))).toThrow(RangeError)
  })
})
