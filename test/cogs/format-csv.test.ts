import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { FormatCsv, type FormatCsvOptions } from '../../cogs/format-csv.js'
import { LineDrain } from '../../cogs/line-drain.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { temporary } from '../support/temporary.js'

function start(options: FormatCsvOptions<unknown> = {}) {
  const { train } = testTrain()
  const make = () => new FormatCsv(train, options)
  const cog = make()
  return { cog, make, lines: (...rows: unknown[]) => rows.flatMap((row) => [...(cog.turn(row) as string[])]) }
}

test('writes the named columns in their order', () => {
  const { lines } = start({ columns: ['ip', 'port', 'up'] })
  expect(lines({ up: true, ip: '2001:db8::1', port: 25, more: 1 }, { ip: null })).toEqual(['2001:db8::1,25,true', ',,'])
})

test('writes lists as they are', () => {
  expect(start().lines(['a', 1, undefined, 7n, new Date(0), { b: [1] }])).toEqual([
    'a,1,,7,1970-01-01T00:00:00.000Z,"{""b"":[1]}"',
  ])
})

test('quotes so that csv-parse reads back what was there', () => {
  const row = ['a,b', 'say "hi"', 'two\nlines', '\r', ' edge', 'edge\t', '', 'plain text', "it's", 'a;b']
  for (const delimiter of [',', ';', '\t', '|', '^', ' - ']) {
    const [line] = start({ delimiter }).lines(row)
    expect(parse(line ?? '', { delimiter, record_delimiter: '\n\n' })).toEqual([row])
  }
  expect(start().lines([' a', 'b ', 'c d'], [''])).toEqual(['" a","b ",c d', '""'])
})

test('writes the header once, also over a restart', () => {
  const { lines, cog, make } = start({ columns: ['a', 'b,c'], header: true })
  const fresh: unknown = cog.snapshot()
  expect(lines({ a: 1, 'b,c': 2 }, { a: 3 })).toEqual(['a,"b,c"', '1,2', '3,'])
  const next = make()
  next.restore(cog.snapshot())
  expect(next.turn({ a: 4 })).toEqual(['4,'])
  next.restore(fresh as boolean)
  expect(next.turn({ a: 4 })).toEqual(['a,"b,c"', '4,'])
})

test('each file begins with the header once, over several runs and a rotation, if its drain has it', async () => {
  const root = temporary()
  const path = join(root, 'out.csv')
  for (const a of [1, 2, 3]) {
    const { pass, train } = testTrain()
    const format = new FormatCsv(train, { columns: ['a', 'b,c'] })
    await pass([format, new LineDrain(train, { path, header: format.headerLine, rotateBytes: 14 })], [{ a }])
  }
  expect([1, 0].map((n) => readFileSync(n === 0 ? path : `${path}.${n}`, 'utf8'))).toEqual([
    'a,"b,c"\n1,\n2,\n',
    'a,"b,c"\n3,\n',
  ])
  expect(() => start().cog.headerLine).toThrow('columns must be given for a header')
})

test('reads only own properties', () => {
  const { lines } = start({ columns: ['constructor', '__proto__'] })
  expect(lines({}, JSON.parse('{"constructor":1,"__proto__":2}'))).toEqual([',', '1,2'])
})

test('reads a part of the datum', () => {
  expect(start({ getter: itemGetter('row') }).lines({ row: [1, 2] })).toEqual(['1,2'])
})

test('refuses what is no row', () => {
  expect(() => start({ columns: ['a'] }).lines('text')).toThrow('a row must be an object or a list: it is "text"')
  expect(() => start().lines({ a: 1 })).toThrow('a row must be a list, since no columns are named: it is {"a":1}')
})

test('refuses a header without columns, and delimiters that nobody could read, as settings out of their range', () => {
  const range = (message: string) =>
    expect.objectContaining({ name: 'RangeError', message: expect.stringContaining(message) })
  expect(() => start({ header: true })).toThrow(range('columns must be given with header'))
  for (const delimiter of ['', '"', '\n'])
    expect(() => start({ delimiter })).toThrow(range('delimiter must be neither empty'))
})
