import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { GeoIp, type GeoIpOptions } from '../../cogs/geo-ip.js'
import { itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { mmdb } from '../support/mmdb.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

const PRAGUE = {
  country: { iso_code: 'CZ' },
  city: { names: { en: 'Prague', de: 'Prag' } },
  location: { latitude: 50.08 },
}
const DATABASE = mmdb({
  '192.0.2.0/24': PRAGUE,
  '198.51.100.0/25': { country: { iso_code: 'DE' } },
  '2001:db8::/32': { country: { iso_code: 'AT' }, a_long_name_of_more_than_28_letters: [1, 2.5, 'x'] },
  '203.0.113.7': JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}') as object,
})

function start(database: Buffer, options: Partial<GeoIpOptions<object>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'geo-'))
  const file = join(folder, 'test.mmdb')
  writeFileSync(file, database)
  const { train, log, esc } = testTrain()
  const cog = new GeoIp<object>(train, { file, ...options })
  cleanups.push(() => {
    cog.done()
    esc.close()
    rmSync(folder, { recursive: true })
  })
  const find = (ip: unknown) => [...((cog.turn({ ip }) ?? []) as Iterable<{ geo?: unknown }>)].map(({ geo }) => geo)
  return { cog, file, log, find }
}

function started(options: Partial<GeoIpOptions<object>> = {}) {
  const rig = start(DATABASE, options)
  rig.cog.start()
  return rig
}

test('gives the entry of an address of either family', () => {
  const { find } = started()
  expect(find('192.0.2.7')).toEqual([PRAGUE])
  expect(find('::ffff:192.0.2.7')).toEqual([PRAGUE])
  expect(find('2001:DB8::7')).toEqual([
    { country: { iso_code: 'AT' }, a_long_name_of_more_than_28_letters: [1, 2.5, 'x'] },
  ])
  expect([find('198.51.100.200'), find('::1'), find(null), find(undefined)]).toEqual([
    [undefined],
    [undefined],
    [undefined],
    [undefined],
  ])
})

test('gives the fields that are wanted, those that are there', () => {
  const { find } = started({ fields: ['/country/iso_code', '/city/names/en', 'location'] })
  expect(find('192.0.2.7')).toEqual([
    { country: { iso_code: 'CZ' }, city: { names: { en: 'Prague' } }, location: { latitude: 50.08 } },
  ])
  expect(find('198.51.100.1')).toEqual([{ country: { iso_code: 'DE' } }])
  expect(started({ fields: ['/city'] }).find('198.51.100.1')).toEqual([undefined])
})

test('each datum has an entry of its own, and what is in it nobody can write', () => {
  const { find } = started()
  const [first] = find('192.0.2.7') as (typeof PRAGUE)[]
  Object.assign(first as object, { own: 1 })
  expect(find('192.0.2.7')).toEqual([PRAGUE])
  expect(() => Object.assign(first?.country as object, { iso_code: 'XX' })).toThrow(TypeError)
})

test('does with an unknown address what it was told, and refuses what is none', () => {
  expect(started({ onMissing: 'drop' }).find('::1')).toEqual([])
  const { find, file } = started({ onMissing: 'fail' })
  expect(() => find('::1')).toThrow(`an address must be in ${file} (onMissing): "::1" is not`)
  for (const bad of ['x', 7, '192.0.2', '__proto__']) expect(() => find(bad)).toThrow(TypeError)
})

test('reads the database again when it changed, and keeps it while it is wrong', () => {
  const { cog, file, find, log } = started()
  expect(find('192.0.2.7')).toEqual([PRAGUE])
  writeFileSync(file, mmdb({ '192.0.2.0/24': { country: { iso_code: 'SK' } } }))
  cog.reopen()
  expect([find('192.0.2.7'), find('2001:db8::7')]).toEqual([[{ country: { iso_code: 'SK' } }], [undefined]])
  writeFileSync(file, 'nothing of the kind')
  cog.reopen()
  expect(find('192.0.2.7')).toEqual([{ country: { iso_code: 'SK' } }])
  expect(log.map(({ level }) => level)).toEqual(['info', 'warn'])
})

test.each([
  ['no database', Buffer.from('nothing of the kind')],
  ['an empty file', Buffer.alloc(0)],
  ['one that is cut off', DATABASE.subarray(0, 100)],
  ['one whose beginning is missing', DATABASE.subarray(DATABASE.length - 200)],
])('fails to start with %s', (_what, bytes) => {
  expect(() => start(bytes).cog.start()).toThrow(/file: cannot read /)
})

test('names that objects inherit are own properties of an entry', () => {
  const { find } = started()
  const [entry] = find('203.0.113.7') as object[]
  expect('polluted' in {}).toBe(false)
  expect('polluted' in (entry ?? {})).toBe(false)
  expect((entry as { constructor: unknown }).constructor).toBe('x')
})

test('writes where it is told to, and not before it has started', () => {
  const { cog } = start(DATABASE, { fields: ['country'], setter: itemSetter('where') })
  expect(() => cog.turn({ ip: '192.0.2.7' })).toThrow('cannot look up before start()')
  cog.start()
  expect(cog.turn({ ip: '192.0.2.7' })).toEqual([{ ip: '192.0.2.7', where: { country: { iso_code: 'CZ' } } }])
  expect(() => start(DATABASE, { onMissing: 'x' as never })).toThrow('onMissing must be one of')
})
