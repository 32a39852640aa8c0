import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { SqlLookup, type SqlLookupOptions } from '../../cogs/sql-lookup.js'
import type { Database, Row, Statement } from '../../lib/sql/database.js'
import { postgresDialect } from '../../lib/sql/postgres.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { databases, type Served } from '../support/databases.js'
import { Cleanups, turn, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

interface Datum {
  readonly key?: unknown
}
type Options = Partial<SqlLookupOptions<Datum>>

async function start(served: { url: string; open?: () => Promise<Database> }, options: Options = {}) {
  const rig = testTrain()
  const { url, open } = served
  const lookup = new SqlLookup<Datum>(rig.train, {
    ...{ url, table: 'hosts', keyColumn: 'id', columns: ['owner'] },
    ...(open === undefined ? {} : { open }),
    ...options,
  })
  const supply = new TestSupply<Datum>(rig.train, {})
  rig.train.line(supply, lookup)
  const out: unknown[] = []
  rig.train.onOutput((datum: unknown) => out.push(datum))
  let isStarted = false
  const running = rig.train.run({ signals: false, onStarted: () => (isStarted = true) })
  running.catch(() => undefined)
  cleanups.add(async () => {
    await rig.train.stop()
    rig.esc.close()
  })
  await until(() => isStarted)
  return { ...rig, supply, out, got: (count: number) => until(() => out.length + rig.dead.length >= count) }
}

describe.each(databases())('%s', (_name, serve) => {
  const server = new Cleanups()
  let db!: Served
  beforeAll(async () => {
    db = await serve(server)
    await db.run('CREATE TABLE hosts (id INT PRIMARY KEY, owner VARCHAR(20), site VARCHAR(20))')
    await db.run("INSERT INTO hosts VALUES (1, 'anna', 'Praha'), (2, 'bob', NULL)")
  })
  afterAll(server.run)

  test('puts in the columns of the row', async () => {
    const { supply, out, got } = await start(db, { columns: ['owner', 'site'] })
    supply.push({ key: 1 }, { key: '2' }, { key: 3 }, {})
    await got(4)
    expect(out).toHaveLength(4)
    expect(out).toEqual(
      expect.arrayContaining([
        { key: 1, found: { owner: 'anna', site: 'Praha' } },
        { key: '2', found: { owner: 'bob', site: null } },
        { key: 3 },
        {},
      ]),
    )
  })

  test('no key is more than a value', async () => {
    const { supply, out, got } = await start(db, { keyColumn: 'owner', onMissing: 'fail' })
    supply.push({ key: "x' OR '1'='1" }, { key: 'anna' })
    await got(2)
    expect(out).toEqual([{ key: 'anna', found: { owner: 'anna' } }])
  })

  test('a table that is not there fails each datum, or lets it pass', async () => {
    const failing = await start(db, { table: 'nowhere' })
    failing.supply.push({ key: 1 })
    await failing.got(1)
    expect(failing.dead[0]?.error.message).toMatch(/cannot look up 1: .*nowhere/)
    const passing = await start(db, { table: 'nowhere', onError: 'pass' })
    passing.supply.push({ key: 1 })
    await passing.got(1)
    expect(passing.out).toEqual([{ key: 1 }])
    expect(passing.log.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })
})

/** A database whose answers the test gives. */
function asked() {
  const open: { statement: Statement; answer: (rows: readonly Row[]) => void; fail: (error: Error) => void }[] = []
  const database: Database = {
    dialect: postgresDialect,
    query: (statement) => new Promise((answer, fail) => open.push({ statement, answer, fail })),
    transaction: () => Promise.resolve(),
    isRefusal: (error) => (error as Error).message === 'no integer',
    close: () => undefined,
  }
  return { open, served: { url: 'postgres://db/x', open: () => Promise.resolve(database) } }
}

test('data with the same key wait for one answer, which is remembered as long as is said', async () => {
  const { open, served } = asked()
  const { supply, out, got, clock } = await start(served, { ttlMs: 1000, negativeTtlMs: 100 })
  supply.push({ key: 'a' }, { key: 'a' }, { key: 'b' })
  await until(() => open.length === 2)
  open[1]?.answer([])
  await got(1)
  expect(out).toEqual([{ key: 'b' }])
  open[0]?.answer([{ owner: 'anna' }])
  await got(3)
  supply.push({ key: 'a' }, { key: 'b' })
  await got(5)
  clock.advance(101)
  supply.push({ key: 'a' }, { key: 'b' })
  await until(() => open.length === 3)
  expect(open[2]?.statement.values).toEqual(['b'])
  open[2]?.answer([])
  clock.advance(1000)
  supply.push({ key: 'a' })
  await until(() => open.length === 4)
  open[3]?.answer([])
  await got(8)
})

test('no more look-ups are under way than may be', async () => {
  const { open, served } = asked()
  const { supply, got } = await start(served, { concurrencyMax: 2 })
  supply.push({ key: 1 }, { key: 2 }, { key: 3 })
  await until(() => open.length === 2)
  await turn()
  expect(open).toHaveLength(2)
  open[0]?.answer([])
  await until(() => open.length === 3)
  for (const { answer } of open) answer([])
  await got(3)
})

test('a key that the database refuses fails alone, whatever onError says', async () => {
  const { open, served } = asked()
  const { supply, dead, got, log } = await start(served, { onError: 'pass' })
  supply.push({ key: 'x' }, { key: {} })
  await until(() => open.length === 1)
  open[0]?.fail(new Error('no integer'))
  await got(2)
  const told = dead.map(({ error }) => (error.cause as Error).message).sort()
  expect(told).toEqual(['cannot look up "x": no integer', expect.stringMatching('what is looked up must be text')])
  expect(log.filter(({ level }) => level === 'warn')).toEqual([])
})

test('what has no row is dropped, or fails', async () => {
  const { open, served } = asked()
  const { supply, out, train } = await start(served, { onMissing: 'drop' })
  supply.push({ key: 'x' })
  await until(() => open.length === 1)
  open[0]?.answer([])
  await until(() => supply.acknowledged === 1)
  expect([out, train.accounts()[1]]).toMatchObject([[], { swallowed: 1 }])
})

test('options are checked at once', () => {
  const options = { url: 'postgres://db/x', table: 't', keyColumn: 'k', columns: ['a'] }
  const make = (more: object) => () => new SqlLookup(testTrain().train, { ...options, ...more })
  expect(make({ url: 'http://db' })).toThrow('url must begin with postgres:')
  expect(make({ keyColumn: '' })).toThrow('a column must have a name of 1 to 128 characters')
  expect(make({ columns: [] })).toThrow('columns must have at least one: it has none')
  expect(make({ concurrencyMax: 0 })).toThrow('concurrencyMax must be at least 1: it is 0')
  expect(make({ onError: 'drop' })).toThrow('onError must be one of pass, fail: it is "drop"')
  expect(make({ getter: 'ip' })).toThrow('getter must be a function: it is "ip"')
})
