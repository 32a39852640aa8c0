import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { LookupTable, type LookupTableOptions } from '../../cogs/lookup-table.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** A cog on a file of this text; `find` gives what it puts into a datum with the key. */
function start(text: string, options: Partial<LookupTableOptions<object>> = {}, name = 'table.csv') {
  const folder = mkdtempSync(join(tmpdir(), 'lookup-'))
  const file = join(folder, name)
  writeFileSync(file, text)
  const { train, log, esc } = testTrain()
  const cog = new LookupTable<object>(train, { file, ...options })
  cleanups.push(() => {
    cog.done()
    esc.close()
    rmSync(folder, { recursive: true })
  })
  const find = (key: unknown) =>
    [...((cog.turn({ key }) ?? []) as Iterable<{ found?: unknown }>)].map(({ found }) => found)
  return { cog, file, log, find }
}

function started(...args: Parameters<typeof start>) {
  const rig = start(...args)
  rig.cog.start()
  return rig
}

const HOSTS = '\uFEFFhost,owner,site\r\nweb1,anna,"Praha, CZ"\r\nWEB2,bob,Brno\r\n\r\nweb1,eve,Plzen\r\n'

test('puts the row of a key into the datum, the last of several', () => {
  const { find } = started(HOSTS)
  expect(find('web1')).toEqual([{ host: 'web1', owner: 'eve', site: 'Plzen' }])
  expect([find('web2'), find(''), find(null), find(undefined)]).toEqual([
    [undefined],
    [undefined],
    [undefined],
    [undefined],
  ])
})

test('finds by another column, one column only, and whatever the capitals', () => {
  const { find } = started(HOSTS, { keyColumn: 'owner', valueColumn: 'site', ignoreCase: true })
  expect([find('ANNA'), find('bob')]).toEqual([['Praha, CZ'], ['Brno']])
})

test('reads JSON, as a list and as an object', () => {
  const list = started('[{"port":22,"name":"ssh","tags":["a"]},{"port":25,"name":"smtp"}]', {}, 'ports.json')
  expect([list.find(22), list.find('25')]).toEqual([
    [{ port: 22, name: 'ssh', tags: ['a'] }],
    [{ port: 25, name: 'smtp' }],
  ])
  const map = started('{"22":"ssh","25":{"name":"smtp"},"7":0}', {}, 'ports.JSON')
  expect([map.find(22), map.find(25), map.find(7)]).toEqual([['ssh'], [{ name: 'smtp' }], [0]])
})

test('finds the longest beginning', () => {
  const { find } = started('prefix,where\n420,CZ\n4202,Praha\n4,Earth\n', { by: 'prefix', valueColumn: 'where' })
  expect(['420212345', '420512345', '44', '5'].map((key) => find(key)[0])).toEqual(['Praha', 'CZ', 'Earth', undefined])
})

test('finds the longest network', () => {
  const { find } = started('net,where\n192.0.2.0/24,office\n192.0.2.128/25,guests\n2001:db8::/32,lab\n', {
    by: 'network',
    valueColumn: 'where',
  })
  expect(['192.0.2.1', '192.0.2.200', '2001:db8::7', '198.51.100.1'].map((key) => find(key)[0])).toEqual([
    ...['office', 'guests', 'lab', undefined],
  ])
})

test('each datum has a row of its own, and what is in it nobody can write', () => {
  const { find } = started('[{"k":"a","list":[1]}]', {}, 'a.json')
  const [first] = find('a') as { k: string; list: number[] }[]
  Object.assign(first as object, { k: 'changed' })
  expect(find('a')).toEqual([{ k: 'a', list: [1] }])
  expect(() => first?.list.push(2)).toThrow(TypeError)
})

test('reads the file again when it changed, and keeps the table while it is wrong', () => {
  const { cog, file, find, log } = started(HOSTS, { valueColumn: 'owner' })
  writeFileSync(file, 'host,owner\nweb9,carol\n')
  cog.reopen()
  expect([find('web9'), find('web1')]).toEqual([['carol'], [undefined]])
  writeFileSync(file, 'host,owner\nweb9,"carol\n')
  cog.reopen()
  expect(find('web9')).toEqual(['carol'])
  expect(log.map(({ level }) => level)).toEqual(['info', 'warn'])
})

test('does with a key that is not there what it was told', () => {
  expect(started(HOSTS, { onMissing: 'drop' }).find('x')).toEqual([])
  const { find, file } = started(HOSTS, { onMissing: 'fail' })
  expect(() => find('x')).toThrow(`a key must be in ${file} (onMissing): "x" is not`)
  expect(() => find({})).toThrow('a key must be text or a number: it is {}')
})

test('names that objects inherit are keys and columns as any other', () => {
  const csv = started('key,__proto__,constructor\n__proto__,polluted,b\n')
  const [row] = csv.find('__proto__') as object[]
  expect(Object.entries(row ?? {})).toEqual([
    ['key', '__proto__'],
    ['__proto__', 'polluted'],
    ['constructor', 'b'],
  ])
  expect(csv.find('constructor')).toEqual([undefined])
  const json = started('{"__proto__":{"a":1}}', {}, 'a.json')
  expect([json.find('__proto__'), json.find('toString')]).toEqual([[{ a: 1 }], [undefined]])
  expect('polluted' in {}).toBe(false)
})

test.each([
  ['a,b\n"x', {}, 'table.csv', 'Quote Not Closed'],
  ['a,b\n1\n', {}, 'table.csv', 'Invalid Record Length'],
  ['a,b\n1,2\n', { keyColumn: 'c' }, 'table.csv', 'row 1 must have a key in its column "c"'],
  ['a,b\n1,2\n', { valueColumn: 'c' }, 'table.csv', 'each row must have the column "c"'],
  ['a,b\n1,2\n', { by: 'network' }, 'table.csv', 'each key must be a network or an address: one is "1"'],
  ['{', {}, 'a.json', 'JSON'],
  ['7', {}, 'a.json', 'it must be a list of objects, or an object'],
  ['[7]', {}, 'a.json', 'row 1 must be an object: it is 7'],
  ['a,b\n1,2\n', { bytesMax: 5 }, 'table.csv', 'it must have at most 5 bytes: it has 8'],
] as const)('fails to start on %j with %j', (text, options, name, reason) => {
  expect(() => start(text, options, name).cog.start()).toThrow(reason)
})

test('reads and writes where it is told to, and not before it has started', () => {
  const { cog } = start(HOSTS, { valueColumn: 'owner', getter: itemGetter('host'), setter: itemSetter('owner') })
  expect(() => cog.turn({ host: 'web1' })).toThrow('cannot look up before start()')
  cog.start()
  expect(cog.turn({ host: 'web1' })).toEqual([{ host: 'web1', owner: 'eve' }])
})

test('refuses settings that are none of their values', () => {
  expect(() => start(HOSTS, { by: 'x' as never })).toThrow('by must be one of key, prefix, network: it is "x"')
  expect(() => start(HOSTS, { onMissing: 'x' as never })).toThrow('onMissing must be one of')
})
