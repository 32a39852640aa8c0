import fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { ParseCsv, type ParseCsvOptions } from '../../cogs/parse-csv.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: ParseCsvOptions<unknown> = {}) {
  const { train } = testTrain()
  const make = () => new ParseCsv<unknown>(train, options)
  const cog = make()
  const rows = (...lines: string[]): unknown[] => lines.flatMap((line) => [...((cog.turn(line) ?? []) as unknown[])])
  return { cog, make, rows }
}

test('gives lists where no columns are known', () => {
  expect(start().rows('192.0.2.1,GET,', '"a,b","say ""hi""",""', 'x')).toEqual([
    ['192.0.2.1', 'GET', ''],
    ['a,b', 'say "hi"', ''],
    ['x'],
  ])
})

test('gives objects where they are', () => {
  const { rows } = start({ columns: ['time', 'ip', 'agent'] })
  expect(rows('2026-11-21 10:00:00,2001:db8::1,"Mozilla/5.0 (X11; Linux x86_64), like Gecko"\r', '\r')).toEqual([
    { time: '2026-11-21 10:00:00', ip: '2001:db8::1', agent: 'Mozilla/5.0 (X11; Linux x86_64), like Gecko' },
  ])
})

test('takes the names from the first line, and swallows it again at the head of the next file', () => {
  const { rows } = start({ header: true })
  expect(rows('\uFEFFip,"port"', '192.0.2.1,25', 'ip,"port"', '192.0.2.2,53')).toEqual([
    { ip: '192.0.2.1', port: '25' },
    { ip: '192.0.2.2', port: '53' },
  ])
})

test('knows the header after a restart in the middle of a file', () => {
  const { rows, cog, make } = start({ header: true })
  rows('ip,port')
  const next = make()
  next.restore(JSON.parse(JSON.stringify(cog.snapshot())) as never)
  expect(next.turn('192.0.2.1,25')).toEqual([{ ip: '192.0.2.1', port: '25' }])
  const fresh = make()
  fresh.restore(make().snapshot())
  expect(fresh.turn('a,b')).toBeNull()
})

test('reads other delimiters, and no quotes at all', () => {
  expect(start({ delimiter: '\t', quote: '' }).rows('"a\tb"')).toEqual([['"a', 'b"']])
  expect(start({ delimiter: '||', quote: "'" }).rows("a|b||'c||d'||it", "''''||x")).toEqual([
    ['a|b', 'c||d', 'it'],
    ["'", 'x'],
  ])
})

test('refuses a row with too many or too few fields', () => {
  const { rows } = start({ columns: ['a', 'b'] })
  expect(() => rows('1')).toThrow('a row must have 2 fields: it has 1: "1"')
  expect(() => rows('1,2,3')).toThrow('it has 3')
})

test('refuses wrong quotes, and says so where a field goes on in the next line', () => {
  expect(() => start().rows('a,"b')).toThrow('a quoted field must end in the line in which it begins: "a,\\"b"')
  for (const line of ['a"b,c', '"a"b,c', ' "a",b']) expect(() => start().rows(line)).toThrow(/^cannot parse as CSV/)
})

test('gives what csv-parse gives, for any line', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ',', '"', '""', '","', ' ', 'é'), minLength: 1, maxLength: 12 })
  const outcome = (run: () => unknown): unknown => {
    try {
      return run()
    } catch {
      return 'refused'
    }
  }
  const { rows } = start()
  fc.assert(
    fc.property(line, (text) => {
      fc.pre(text.trim() !== '')
      const expected = outcome(() => parse(text, { relax_column_count: true }))
      expect(outcome(() => rows(text))).toEqual(expected)
    }),
    { numRuns: 2000, seed: 7 },
  )
})

test('keeps names that objects inherit as own properties', () => {
  const [row] = start({ columns: ['__proto__', 'constructor'] }).rows('1,2') as object[]
  expect(Object.entries(row ?? {})).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
})

test('reads a part of the datum', () => {
  const cog = new ParseCsv<unknown, { line: string }>(testTrain().train, {
    getter: itemGetter('line'),
    setter: itemSetter('row'),
  })
  expect(cog.turn({ line: 'a,b' })).toEqual([{ line: 'a,b', row: ['a', 'b'] }])
  expect(() => cog.turn({ line: 5 as never })).toThrow('the CSV must be text: it is 5')
})

test('refuses columns beside a header, and a name that is there twice', () => {
  expect(() => start({ columns: ['a'], header: true })).toThrow('columns must not be given with header')
  expect(() => start({ columns: ['a'], header: true })).toThrow(RangeError)
  expect(() => start({ columns: ['a', 'b', 'a'] })).toThrow('a column\'s name must be there once: twice is "a"')
  expect(() => start({ columns: ['a', 'b', 'a'] })).toThrow(RangeError)
  expect(() => start({ header: true }).rows('a,a')).toThrow('twice is "a"')
})

test('gives a row of empty fields between tabs, and nothing for a blank line', () => {
  expect(start({ delimiter: '\t' }).rows('\t\t', '  ', '')).toEqual([['', '', '']])
})

test('refuses a delimiter that is empty or the quote', () => {
  expect(() => start({ delimiter: '' })).toThrow('delimiter must be neither empty nor the quote: it is ""')
  expect(() => start({ delimiter: '"' })).toThrow('delimiter must be neither empty nor the quote')
  expect(() => start({ delimiter: '"' })).toThrow(RangeError)
})

test.each(['a,"b', 'a,a'])('never takes a row for the header, if that was bad, nor after a restart: %s', (bad) => {
  const { rows, cog, make } = start({ header: true })
  expect(() => rows(bad)).toThrow()
  expect(() => rows('1,2')).toThrow('the header must be read before a row')
  expect(() => rows(bad)).toThrow('the header must be read before a row')
  const next = make()
  next.restore(JSON.parse(JSON.stringify(cog.snapshot())) as never)
  expect(() => next.turn('3,4')).toThrow('the header must be read before a row')
  expect(() => next.turn('5,6')).toThrow('the header must be read before a row')
})
