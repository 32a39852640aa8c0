import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { ManualClock } from '../../../lib/movement/index.js'
import { Keys } from '../../../lib/runner/keys.js'
import { ErrorRecords } from '../../../lib/runner/records/error-records.js'

function start(options: { detailBytesMax?: number } = {}) {
  const kv = new MemoryBackend()
  const clock = new ManualClock()
  clock.advance(1_000_000)
  const keys = new Keys()
  const on = (node: string): ErrorRecords => new ErrorRecords(kv, keys, node, { clock, ...options })
  return { kv, clock, keys, on, errors: on('n1') }
}

const path = ['a', 'question']

test('a thing has one record, however often and on however many nodes it goes wrong', async () => {
  const { errors, on, clock } = start()
  await errors.record('run', path, { error: new Error('first') })
  clock.advance(5000)
  await on('n2').record('run', path, { error: new TypeError('second'), comment: 'cancelled' })
  const [record, ...others] = await errors.list()
  expect(others).toEqual([])
  expect(record).toEqual({
    ...{ subsystem: 'run', path: 'a.question', severity: 0, resolved: false, count: 2, message: 'second' },
    ...{ firstSeen: 1000, lastSeen: 1005, nodes: ['n1', 'n2'] },
  })
  const { details } = (await errors.get('run', path)) ?? {}
  expect(details?.['n1']).toMatchObject({ seen: 1000, text: 'Error: first' })
  expect(details?.['n2']).toMatchObject({ seen: 1005, text: 'TypeError: second', comment: 'cancelled' })
  expect(details?.['n1']?.trace[0]).toBe('Error: first')
})

test('what works again is resolved, and open again when it fails again, with its first time kept', async () => {
  const { errors, clock } = start()
  await errors.record('run', path, { message: 'no' })
  clock.advance(1000)
  expect([await errors.resolve('run', path), await errors.resolve('run', path)]).toEqual([true, false])
  expect((await errors.get('run', path))?.record.resolved).toBe(1001)
  clock.advance(1000)
  await errors.record('run', path, { message: 'again' })
  expect((await errors.get('run', path))?.record).toMatchObject({
    resolved: false,
    count: 2,
    firstSeen: 1000,
    lastSeen: 1002,
  })
})

test('what never failed has nothing to resolve, and nothing is written', async () => {
  const { errors, kv } = start()
  expect(await errors.resolve('run', path)).toBe(false)
  expect((await kv.listKeys('/', { recurse: 20 }))[0]).toEqual([])
})

test('what is worse and still open is not overwritten, unless it is forced', async () => {
  const { errors } = start()
  await errors.record('run', path, { severity: 1, message: 'bad' })
  expect(await errors.record('run', path, { severity: 2, message: 'less bad' })).toBeNull()
  expect((await errors.get('run', path))?.record).toMatchObject({ message: 'bad', count: 1 })
  expect(await errors.record('run', path, { severity: 2, message: 'less bad', force: true })).toMatchObject({
    count: 2,
  })
  await errors.record('run', path, { severity: 0, message: 'worst' })
  await errors.resolve('run', path)
  expect(await errors.record('run', path, { severity: 3, message: 'a trifle' })).toMatchObject({ severity: 3 })
})

test('the message is a template, and data that JSON cannot say is put in words', async () => {
  const { errors } = start()
  const data = { value: 21n, f: () => 1, nan: NaN, list: [1], text: 'warm', none: undefined }
  await errors.record('run', path, { message: '{value} is too {text}', data })
  const { record, details } = (await errors.get('run', path)) ?? {}
  expect(record?.message).toBe('21n is too warm')
  expect(details?.['n1']?.data).toEqual({
    ...{ value: '21n', f: '[Function: f]', nan: 'NaN', list: [1], text: 'warm', none: null },
  })
})

test('what is thrown may be no error at all, and a stack has at most 40 lines', async () => {
  const { errors } = start()
  await errors.record('run', path, { error: 'a text' })
  expect((await errors.get('run', path))?.details['n1']).toMatchObject({ text: '"a text"', trace: [] })
  const deep = Object.assign(new Error('deep'), { stack: 'x\n'.repeat(100) })
  await errors.record('run', path, { error: deep })
  expect((await errors.get('run', path))?.details['n1']?.trace).toHaveLength(40)
})

test('a detail has a limit, and says what was cut', async () => {
  const { errors, kv } = start({ detailBytesMax: 2048 })
  const long = '\u0000'.repeat(100_000)
  await errors.record('run', path, { error: new Error(long), message: long, comment: long, data: { long } })
  const [entries] = await kv.listKeys('/deadbeat/', { recurse: 20, withValues: true })
  expect(entries.map(([, text]) => text.length < 2400)).toEqual([true, true])
  expect((await errors.get('run', path))?.details['n1']?.comment).toMatch(/\.\.\. \(100000 characters\)$/)
})

test('records are listed by subsystem, path, node and whether they are resolved', async () => {
  const { errors, on } = start()
  await errors.record('run', ['a'], {})
  await errors.record('run', ['a', 'b'], {})
  await errors.record('run', ['ab'], {})
  await on('n2').record('compile', ['a'], {})
  await errors.resolve('run', ['ab'])
  const named = async (query: Parameters<ErrorRecords['list']>[0]): Promise<string[]> =>
    (await errors.list(query)).map(({ subsystem, path: dotted }) => `${subsystem} ${dotted}`)
  expect(await named({})).toEqual(['compile a', 'run a', 'run a.b', 'run ab'])
  expect(await named({ path: ['a'] })).toEqual(['compile a', 'run a', 'run a.b'])
  expect(await named({ subsystem: 'run', path: ['a'] })).toEqual(['run a', 'run a.b'])
  expect(await named({ subsystem: 'run', resolved: false })).toEqual(['run a', 'run a.b'])
  expect(await named({ resolved: true })).toEqual(['run ab'])
  expect(await named({ node: 'n2' })).toEqual(['compile a'])
})

test('a record goes with its details, and with it its count', async () => {
  const { errors, on, kv } = start()
  await errors.record('run', path, {})
  await on('n2').record('run', path, {})
  expect([await errors.delete('run', path), await errors.delete('run', path)]).toEqual([true, false])
  expect((await kv.listKeys('/', { recurse: 20 }))[0]).toEqual([])
})

test('it may be part of a transaction that does something else, and then both are done or neither', async () => {
  const { errors, kv } = start()
  const giveUp = kv.transact(async (txn) => {
    await errors.record('run', path, {}, txn)
    throw new Error('given up')
  })
  await expect(giveUp).rejects.toThrow('given up')
  expect(await errors.list()).toEqual([])
  await kv.transact(async (txn) => {
    await errors.record('run', path, {}, txn)
    await txn.put('/state', 'failed')
  })
  expect(await errors.list()).toHaveLength(1)
})

test('two nodes that record at once lose nothing', async () => {
  const { on, errors } = start()
  await Promise.all(['n1', 'n2', 'n3', 'n4'].map((node) => on(node).record('run', path, {})))
  const { record, details } = (await errors.get('run', path)) ?? {}
  expect([record?.count, Object.keys(details ?? {}).sort()]).toEqual([4, ['n1', 'n2', 'n3', 'n4']])
})

test('names like those of prototypes are names', async () => {
  const { on, errors } = start()
  await on('__proto__').record('constructor', ['__proto__'], {
    data: JSON.parse('{"__proto__": 1}') as object as never,
  })
  const { details } = (await errors.get('constructor', ['__proto__'])) ?? {}
  expect(Object.keys(details ?? {})).toEqual(['__proto__'])
})

test('the longest path of a job has a record too', async () => {
  const { errors } = start()
  const long = ['at', 'n', 'g', ...Array.from({ length: 16 }, () => 'a')]
  await errors.record('run', long, { message: 'no' })
  expect((await errors.list()).map((record) => record.path)).toEqual([long.join('.')])
  expect((await errors.get('run', long))?.details['n1']).toMatchObject({ message: 'no' })
  expect(await errors.resolve('run', long)).toBe(true)
  expect(await errors.delete('run', long)).toBe(true)
})

test('a record that was spoilt keeps nobody from the others, and is written anew or deleted', async () => {
  const { errors, kv, keys } = start()
  await errors.record('run', ['b'], { message: 'no' })
  await kv.put(keys.errorDetail('run', 'n1', ['b']), '5')
  await kv.put(keys.error('run', path), 'spoilt')
  expect((await errors.list()).map(({ path: its, message }) => [its, message])).toEqual([
    ['a.question', `this record can't be read: "spoilt"`],
    ['b', 'no'],
  ])
  expect(await errors.get('run', ['b'])).toMatchObject({ details: {} })
  expect(await errors.record('run', path, { message: 'anew' })).toMatchObject({ count: 1 })
  await kv.put(keys.error('run', path), '[]')
  expect(await errors.resolve('run', path)).toBe(true)
  await kv.put(keys.error('run', path), '{}')
  expect(await errors.delete('run', path)).toBe(true)
})
