import {
  bytes,
  flag,
  id,
  int,
  key,
  list,
  maybe,
  message,
  table,
  text,
  type MessageType,
} from '../../../lib/kv/rpc/message.js'

const Inner = table('Inner', { a: int(1) })
const All = table('All', {
  int: int(1),
  id: id(2),
  flag: flag(3),
  key: key(4),
  bytes: bytes(5),
  text: text(6),
  inner: message(7, () => Inner),
  maybe: maybe(int(8)),
  ints: list(int(9)),
  inners: list(message(10, () => Inner)),
  far: int(64),
})
const BLANK = {
  ...{ int: 0, id: 0n, flag: false, key: '', bytes: new Uint8Array(0), text: '', inner: undefined, maybe: undefined },
  ...{ ints: [], inners: [], far: 0 },
}

it('writes each kind of field as protobuf has it', () => {
  const hex = (value: Parameters<typeof All.encode>[0]): string => All.encode(value).toString('hex')
  expect(hex({ int: 150 })).toBe('089601')
  expect(hex({ int: -1 })).toBe('08ffffffffffffffffff01')
  expect(hex({ id: 2n ** 64n - 1n })).toBe('10ffffffffffffffffff01')
  expect(hex({ flag: true })).toBe('1801')
  expect(hex({ key: '\xff' })).toBe('2201ff')
  expect(hex({ bytes: Buffer.of(0, 1) })).toBe('2a020001')
  expect(hex({ text: 'é' })).toBe('3202c3a9')
  expect(hex({ inner: { a: 1 } })).toBe('3a020801')
  expect(hex({ ints: [1, 2] })).toBe('48014802')
  expect(hex({ far: 1 })).toBe('800401')
})

it('leaves out what has its default, but for what may be missing', () => {
  expect(All.encode({ int: 0, key: '', ints: [], flag: false }).length).toBe(0)
  expect(All.encode({ maybe: 0, inner: {} }).toString('hex')).toBe('3a004000')
})

it('reads what is not there as its default', () => {
  expect(All.decode(new Uint8Array(0))).toEqual(BLANK)
})

it('passes over fields that it does not know, however they are written', () => {
  const unknown = Buffer.from('5801' + '610102030405060708' + '6a020102' + '7501020304' + '0805', 'hex')
  expect(All.decode(unknown)).toEqual({ ...BLANK, int: 5 })
})

it('gives each message lists of its own', () => {
  const one = All.decode(All.encode({ ints: [1] }))
  const two = All.decode(All.encode({}))
  expect([one.ints, two.ints]).toEqual([[1], []])
})

it('keeps a value when the bytes that it came from are written over', () => {
  const sent = All.encode({ bytes: Buffer.from('abc') })
  const { bytes: value } = All.decode(sent)
  sent.fill(0)
  expect(Buffer.from(value).toString()).toBe('abc')
})

it.each([
  ['0a', /int is written in the way 2/],
  ['08', /ends within a field/],
  ['0880808080808080808080', /more than ten bytes/],
  ['08ffffffffffffffff7f', /too large/],
  ['220561', /5 bytes where 1 are left/],
  ['22ffffffffffffffffff01', /-1 bytes/],
  ['00', /the number 0/],
  ['5b', /in the way 3/],
  ['61010203', /ends within a field/],
  ['3a03080108', /ends within a field|longer/],
])('says what is wrong with %s', (hex, what) => {
  expect(() => All.decode(Buffer.from(hex, 'hex'))).toThrow(what)
})

it('does not read beyond the message within which it reads', () => {
  // The inner message ends where its number goes on.
  expect(() => All.decode(Buffer.from('3a0208960801', 'hex'))).toThrow(/longer than what holds it/)
})

it('refuses messages that lie too deep in each other', () => {
  interface Nested {
    readonly inner: Nested | undefined
  }
  const Nest: MessageType<Nested> = table('Nest', { inner: message(1, () => Nest) })
  let deep: Parameters<typeof Nest.encode>[0] = {}
  for (let i = 0; i < 40; i++) deep = { inner: deep }
  expect(() => Nest.decode(Nest.encode(deep))).toThrow(/deep in each other/)
})

it('writes rightly after a value that could not be written', () => {
  expect(() => All.encode({ far: 1, bytes: null as never })).toThrow(TypeError)
  expect(All.encode({ int: 1 }).toString('hex')).toBe('0801')
})

it('writes messages larger than its first memory', () => {
  const large = { key: 'k'.repeat(100_000), bytes: Buffer.alloc(300_000, 7), text: 'é'.repeat(50_000) }
  expect(All.decode(All.encode(large))).toEqual({ ...BLANK, ...large })
})
