import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { SqlDrain, type SqlDrainOptions } from '../../cogs/sql-drain.js'
import type { Database } from '../../lib/sql/database.js'
import { postgresDialect } from '../../lib/sql/postgres.js'
import { testTrain } from '../../lib/testing/index.js'
import { databases, type Served } from '../support/databases.js'
import { Cleanups, drained, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = ({ url, open }: Pick<Served, 'url' | 'open'>, options: Partial<SqlDrainOptions> & { table: string }) =>
  drained<object, SqlDrain>(
    cleanups,
    (train) =>
      new SqlDrain(train, {
        ...{ url, columns: ['id', 'what'], batchAgeMs: 0 },
        ...(open === undefined ? {} : { open }),
        ...options,
      }),
  )

describe.each(databases())('%s', (_name, serve) => {
  const server = new Cleanups()
  let db!: Served
  beforeAll(async () => (db = await serve(server)), 60_000)
  afterAll(server.run)

  const rowsOf = (table: string) => db.run(`SELECT id, what FROM ${table} ORDER BY id`)

  test('writes rows in batches, values as they are', async () => {
    await db.run('CREATE TABLE plain (id INT, what TEXT)')
    const { supply, isDone } = await start(db, { table: 'plain', batchMax: 400 })
    const nasty = `'); DROP TABLE plain; -- "\`\\ \u{1f600}`
    supply.push({ id: 0, what: nasty }, { id: 1, what: null, other: 1 }, { id: 2, what: [1, { a: 'é' }] })
    for (let id = 3; id < 3000; id++) supply.push({ id, what: id })
    await isDone(3000)
    const rows = await rowsOf('plain')
    expect(rows).toHaveLength(3000)
    expect(rows.slice(0, 4)).toEqual([
      { id: 0, what: nasty },
      { id: 1, what: null },
      { id: 2, what: '[1,{"a":"é"}]' },
      { id: 3, what: '3' },
    ])
  })

  test('a row whose key is there is overwritten, within a batch and after it', async () => {
    await db.run('CREATE TABLE keyed (id INT PRIMARY KEY, what VARCHAR(20))')
    const { supply, isDone, dead } = await start(db, { table: 'keyed', key: ['id'] })
    supply.push({ id: 1, what: 'a' }, { id: 2, what: 'b' }, { id: 1, what: 'c' }, { what: 'no key' })
    await isDone(4)
    supply.push({ id: 2, what: 'd' })
    await isDone(5)
    expect(await rowsOf('keyed')).toEqual([
      { id: 1, what: 'c' },
      { id: 2, what: 'd' },
    ])
    expect(dead.map(({ error }) => error.message)).toEqual([
      expect.stringContaining('a row must have its key: "id" is not there'),
    ])
  })

  test('a table of nothing but its key takes each once', async () => {
    await db.run('CREATE TABLE seen (id INT, what VARCHAR(20), PRIMARY KEY (id, what))')
    const { supply, isDone } = await start(db, { table: 'seen', key: ['what', 'id'], batchMax: 1 })
    supply.push({ id: 1, what: 'a' }, { id: 1, what: 'a' }, { id: 1, what: 'b' })
    await isDone(3)
    expect(await rowsOf('seen')).toEqual([
      { id: 1, what: 'a' },
      { id: 1, what: 'b' },
    ])
  })

  test('of a batch only the row that the database refuses is dropped, and told', async () => {
    await db.run('CREATE TABLE ruled (id INT, what VARCHAR(20) NOT NULL)')
    const { supply, isDone, drain, log } = await start(db, { table: 'ruled', whenRefused: 'drop' })
    for (let id = 0; id < 100; id++) supply.push({ id, what: id === 37 ? null : 'x' })
    await isDone(100)
    expect((await rowsOf('ruled')).map(({ id }) => id)).toEqual([...Array(100).keys()].filter((id) => id !== 37))
    expect(drain.progress()).toEqual({ refused: 1 })
    const told = log.filter(({ level }) => level === 'error').map(({ message }) => message)
    expect(told).toEqual([expect.stringMatching(/table ruled refused 1 of 1 data: .*what.*; they are dropped/)])
  })

  test('by default the train stops at what is refused, and nothing behind it is acknowledged', async () => {
    await db.run('CREATE TABLE strict (id INT PRIMARY KEY, what VARCHAR(20))')
    const { supply, running } = await start(db, { table: 'strict', batchMax: 2 })
    for (const [id, what] of ['a', 'b', 'again', 'c'].entries()) supply.push({ id: Math.min(id, 1), what })
    supply.push({ id: 7, what: 'behind' })
    await expect(running).rejects.toThrow(/table strict refused 1 of 1 data/)
    expect(supply.acknowledged).toBe(2)
    expect(await rowsOf('strict')).toHaveLength(2)
  })

  test('what is refused for the table, not the data, is tried again until it goes', async () => {
    const { supply, isDone, log, clock } = await start(db, { table: 'later', retryMs: 1000, retryMaxMs: 1000 })
    supply.push({ id: 1, what: 'a' })
    await until(() => log.some(({ message }) => /cannot send to .*, table later: .*it is tried again/.test(message)))
    expect(supply.acknowledged).toBe(0)
    await db.run('CREATE TABLE later (id INT, what TEXT)')
    clock.advance(1000)
    await isDone(1)
    expect(await rowsOf('later')).toEqual([{ id: 1, what: 'a' }])
  })

  test('names are quoted, whatever they are', async () => {
    const quote = db.url.startsWith('mysql') ? '`' : '"'
    const odd = `${quote}a b${quote}`
    await db.run(`CREATE TABLE ${odd} (${quote}select${quote} INT)`)
    const { supply, isDone } = await start(db, { table: 'a b', columns: ['select'] })
    supply.push({ select: 7 })
    await isDone(1)
    expect(await db.run(`SELECT ${quote}select${quote} AS n FROM ${odd}`)).toEqual([{ n: 7 }])
  })

  test('after a restart of the server it connects again, and each row is there once', async () => {
    if (db.restart === undefined) return
    await db.run('CREATE TABLE again (id INT PRIMARY KEY, what VARCHAR(20))')
    const { supply, isDone, clock } = await start(db, { table: 'again', key: ['id'], retryMs: 10, retryMaxMs: 10 })
    supply.push({ id: 1, what: 'a' })
    await isDone(1)
    const restarted = db.restart()
    supply.push({ id: 2, what: 'b' })
    await restarted
    supply.push({ id: 3, what: 'c' })
    await until(() => {
      clock.advance(10)
      return supply.acknowledged === 3
    })
    expect((await rowsOf('again')).map(({ id }) => id)).toEqual([1, 2, 3])
  })
})

const none = { url: 'postgres://db/x', open: () => Promise.resolve(silentDatabase()) }
function silentDatabase(): Database {
  const never = () => new Promise<never>(() => undefined)
  return { dialect: postgresDialect, query: never, transaction: never, isRefusal: () => false, close: () => undefined }
}

test('what is no row fails alone', async () => {
  const { supply, dead } = await start(none, { table: 't' })
  supply.push(null as never, 7 as never, { id: NaN }, { id: () => 1 }, { id: new Date(NaN) })
  expect(dead.map(({ error }) => (error.cause as Error).message)).toEqual([
    'a row must be an object: it is null',
    'a row must be an object: it is 7',
    ...Array<unknown>(3).fill(expect.stringContaining('a column must be text, a finite number')),
  ])
})

test('a field of the prototype is not there', async () => {
  const rows: unknown[] = []
  const open = () =>
    Promise.resolve({
      ...silentDatabase(),
      transaction: ([statement]: readonly { values: readonly unknown[] }[]) => {
        rows.push(statement?.values)
        return Promise.resolve()
      },
    })
  const { supply, isDone } = await start({ ...none, open }, { table: 't', columns: ['constructor', '__proto__'] })
  supply.push({ id: 1 }, JSON.parse('{"__proto__": 2, "constructor": 1}') as object)
  await isDone(2)
  expect(rows.flat()).toEqual([null, null, 1, 2])
})

test('options are checked at once', () => {
  const options = { url: 'postgres://db/x', table: 't', columns: ['a'] }
  const make = (more: object) => () => new SqlDrain(testTrain().train, { ...options, ...more })
  expect(make({ url: 'oracle://db' })).toThrow('url must begin with postgres:, postgresql:, mysql: or sqlite:')
  expect(make({ table: 'a..b' })).toThrow('a table must have a name of 1 to 128 characters')
  expect(make({ columns: ['a\0'] })).toThrow('a column must have a name of 1 to 128 characters')
  expect(make({ columns: [] })).toThrow('columns must have at least one: it has none')
  expect(make({ key: ['b'] })).toThrow('key must be of columns that are written: "b" is not')
  expect(make({ batchMax: 0 })).toThrow('batchMax must be at least 1: it is 0')
  expect(String(make({ url: 'postgres://me:secret@db/x' })())).toBe('SqlDrain(db/x, table=t)')
})
