import { endianness } from 'node:os'
import { parseEvents } from '../src/events.js'
import { IN } from '../src/masks.js'

interface Sample {
  wd: number
  mask: number
  cookie?: number
  name?: string | Buffer
}

function encode({ wd, mask, cookie = 0, name = '' }: Sample): Buffer {
  const nameBytes = Buffer.from(name as string)
  const padded = nameBytes.length === 0 ? 0 : Math.ceil((nameBytes.length + 1) / 16) * 16
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
