import { ParseKeyValue, type ParseKeyValueOptions } from '../../cogs/parse-key-value.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: ParseKeyValueOptions<string, never> = {}) {
  const cog = new ParseKeyValue<string, never>(testTrain().train, options)
  return (text: string) => cog.compute(text)
}

test('reads logfmt', () => {
  const line =
    'ts=2026-11-21T10:00:00Z level=warn  msg="slow query: \\"SELECT 1\\"\\n" empty= quoted="" cached took=1.5s'
  expect(start()(line)).toEqual({
    ts: '2026-11-21T10:00:00Z',
    level: 'warn',
    msg: 'slow query: "SELECT 1"\n',
    empty: '',
    quoted: '',
    cached: true,
    took: '1.5s',
  })
})

test("reads netfilter's lines, which have a key twice and words without a value", () => {
  const line =
    '[UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:65:43:21:08:00 SRC=192.0.2.7 DST=198.51.100.2 LEN=60 TTL=52 ID=0 DF PROTO=UDP SPT=50022 DPT=53 LEN=40 '
  expect(start({ bare: 'skip' })(line)).toMatchObject({
    IN: 'eth0',
    OUT: '',
    SRC: '192.0.2.7',
    DPT: '53',
    LEN: ['60', '40'],
  })
  expect(start()(line)).toMatchObject({ '[UFW': true, 'BLOCK]': true, DF: true })
})

test("reads auditd's lines, quotes of the other kind too", () => {
  const line = 'type=USER_LOGIN msg=audit(1795255200.123:42): pid=812 uid=0 msg=\'op=login acct="root" res=failed\''
  expect(start({ quotes: '"\'' })(line)).toEqual({
    type: 'USER_LOGIN',
    pid: '812',
    uid: '0',
    msg: ['audit(1795255200.123:42):', 'op=login acct="root" res=failed'],
  })
})

test('takes other separators, with white space around them', () => {
  expect(start({ pairs: ';', equals: ':' })('a: one two ; b :"x;y" ;;c:')).toEqual({ a: 'one two', b: 'x;y', c: '' })
  expect(start({ pairs: '&' })('a=1&b&c=x=y')).toEqual({ a: '1', b: true, c: 'x=y' })
  expect(start({ pairs: ', ', equals: '=>' })('a=>1, b=>2,3, c')).toEqual({ a: '1', b: '2,3', c: true })
})

test('keeps separators within quotes, and quotes within a value', () => {
  expect(start()('a="x y=z" b=it"s c=""')).toEqual({ a: 'x y=z', b: 'it"s', c: '' })
})

test('knows the escapes, and leaves other backslashes alone', () => {
  expect(start()('a="\\u00e9\\t\\\\ \\d \\u12" b=C:\\new')).toEqual({ a: 'é\t\\ \\d \\u12', b: 'C:\\new' })
})

test('does with a key that comes again what it was told', () => {
  const text = 'a=1 a=2 a a=3'
  expect(start()(text)).toEqual({ a: ['1', '2', true, '3'] })
  expect(start({ repeats: 'first' })(text)).toEqual({ a: '1' })
  expect(start({ repeats: 'last' })(text)).toEqual({ a: '3' })
  expect(() => start({ repeats: 'fail' })(text)).toThrow('a key must come once (repeats): again is "a"')
})

test('refuses words without a value if told so', () => {
  expect(() => start({ bare: 'fail' })('a=1 b')).toThrow('each word must have a value (bare): "b" has none')
})

test('refuses quotes that are not closed or not the end, and empty keys', () => {
  expect(() => start()('a="b c')).toThrow('a value in quotes must end with one: it is "\\"b c"')
  expect(() => start()('a="b\\"')).toThrow(SyntaxError)
  expect(() => start()('a="b"c')).toThrow('a value must end with its quote: it goes on in "\\"b\\"c"')
  expect(() => start({ pairs: ';' })('a="b" c; d=1')).toThrow('it goes on in "\\"b\\" c; d=1"')
  expect(() => start()('a = 1')).toThrow('a key must not be empty')
})

test('refuses more pairs than are allowed', () => {
  expect(Object.keys(start({ keysMax: 2 })('a=1 b=2 '))).toEqual(['a', 'b'])
  expect(() => start({ keysMax: 2 })('a=1 b=2 c')).toThrow('at most 2 pairs (keysMax)')
})

test('gives no pairs for blank text', () => {
  expect(start()('  ')).toEqual({})
})

test('keeps names that objects inherit as own properties', () => {
  const pairs = start()('__proto__=1 constructor=2 __proto__=3')
  expect(Object.entries(pairs)).toEqual([
    ['__proto__', ['1', '3']],
    ['constructor', '2'],
  ])
})

test('reads a part of the datum and puts the pairs beside it', () => {
  const cog = new ParseKeyValue<{ line: string }, unknown>(testTrain().train, {
    getter: itemGetter('line'),
    setter: itemSetter('pairs'),
  })
  expect(cog.turn({ line: 'a=1' })).toEqual([{ line: 'a=1', pairs: { a: '1' } }])
  expect(() => cog.turn({} as never)).toThrow('pairs must be text: it is undefined')
})

test('refuses separators that separate nothing', () => {
  expect(() => start({ pairs: '' })).toThrow('pairs and equals must be different texts')
  expect(() => start({ pairs: '' })).toThrow(RangeError)
  expect(() => start({ equals: ' ' })).toThrow('pairs and equals must be different texts: they are " " and " "')
})
