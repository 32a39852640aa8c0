import { errorPath, readErrorDetail, readErrorRecord } from '../../../lib/runner/records/error-record.js'

const WHOLE = {
  ...{ subsystem: 'run', path: 'any.g.a', severity: 1, resolved: false, count: 2, firstSeen: 1, lastSeen: 2.5 },
  ...{ message: 'no', nodes: ['n1'] },
}
const DETAIL = { seen: 1, revision: 2, trace: ['a'], text: 'b', data: {}, comment: '', message: 'c' }
const path = ['any', 'g', 'a']

test('a record is what is stored, of the thing at whose place it is', () => {
  expect(readErrorRecord(JSON.stringify(WHOLE), 'run', path)).toEqual(WHOLE)
  expect(readErrorRecord(JSON.stringify({ ...WHOLE, resolved: 3 }), 'run', path).resolved).toBe(3)
  const lying = JSON.stringify({ ...WHOLE, subsystem: 'compile', path: '..' })
  expect(readErrorRecord(lying, 'run', path)).toEqual(WHOLE)
})

test.each([
  ...['', 'null', '[]', '5', '{}', '{"__proto__":' + JSON.stringify(WHOLE) + '}'],
  ...[{ severity: 8 }, { severity: -1 }, { severity: 0.5 }, { resolved: true }, { resolved: 'x' }, { count: '1' }].map(
    (one) => JSON.stringify({ ...WHOLE, ...one }),
  ),
  ...[{ firstSeen: null }, { lastSeen: {} }, { message: 5 }, { nodes: 'n1' }, { nodes: [1] }, { nodes: [''] }].map(
    (one) => JSON.stringify({ ...WHOLE, ...one }),
  ),
])('a record that was spoilt says so: %s', (text) => {
  const record = readErrorRecord(text, 'run', path)
  expect(record).toMatchObject({ subsystem: 'run', path: 'any.g.a', severity: 1, resolved: false, count: 0, nodes: [] })
  expect(record.message).toContain("this record can't be read: ")
})

test('a detail that was spoilt is none', () => {
  expect(readErrorDetail(JSON.stringify(DETAIL))).toEqual(DETAIL)
  const wrong = [{ seen: 'x' }, { revision: null }, { trace: 'a' }, { trace: [1] }, { text: 1 }, { data: [] }]
  for (const one of [...wrong, { comment: 0 }, { message: {} }])
    expect(readErrorDetail(JSON.stringify({ ...DETAIL, ...one }))).toBeNull()
  for (const text of ['', '[]', 'null']) expect(readErrorDetail(text)).toBeNull()
})

test('what an error is of may have kind, group and node before its path', () => {
  const long = ['at', 'n', 'g', ...Array.from({ length: 16 }, () => 'a')]
  expect(errorPath({ path: long.join('.') })).toEqual(long)
  expect(() => errorPath({ path: [...long, 'a'].join('.') })).toThrow('has at most 19')
})
