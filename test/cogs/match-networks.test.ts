import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { MatchNetworks, type MatchNetworksOptions } from '../../cogs/match-networks.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

interface Event {
  ip?: unknown
  network?: string
}

function start(options: MatchNetworksOptions<Event>) {
  const { train, log } = testTrain()
  const cog = new MatchNetworks<Event>(train, options)
  cleanups.push(() => cog.done())
  const match = (ip: unknown) => [...((cog.turn({ ip }) ?? []) as Iterable<Event>)].map(({ network }) => network)
  return { cog, log, match }
}

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'networks-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'list'), text)
  return join(folder, 'list')
}

const NETWORKS = ['192.0.2.0/24 office', '192.0.2.128/25, guests of ours', '198.51.100.7/24', '2001:db8::1']

test('gives the name of the longest network, or the network', () => {
  const { match } = start({ networks: NETWORKS })
  expect(match('192.0.2.1')).toEqual(['office'])
  expect(match('::ffff:192.0.2.200')).toEqual(['guests of ours'])
  expect(match('198.51.100.1')).toEqual(['198.51.100.0/24'])
  expect(match('2001:DB8::1')).toEqual(['2001:db8::1/128'])
})

test('does with an address in none what it was told', () => {
  const networks = NETWORKS
  expect(start({ networks }).match('203.0.113.1')).toEqual([undefined])
  expect(start({ networks, onMissing: 'drop' }).match('203.0.113.1')).toEqual([])
  expect(start({ networks, onMissing: 'drop' }).match(undefined)).toEqual([])
  expect(() => start({ networks, onMissing: 'fail' }).match('203.0.113.1')).toThrow(
    'an address must be in one of the networks (onMissing): "203.0.113.1" is in none',
  )
})

test('refuses what is no address', () => {
  const { match } = start({ networks: ['0.0.0.0/0', '::/0'] })
  for (const bad of ['x', '192.0.2', 7, '__proto__']) expect(() => match(bad)).toThrow(TypeError)
})

test('reads files, and reads them again when they change', () => {
  const path = file('# ours\n192.0.2.0/24 office # here\n\n2001:db8::/32;lab\n')
  const { cog, match, log } = start({ networks: ['192.0.2.0/24 x', '198.51.100.0/24 y'], files: [path] })
  expect(() => match('192.0.2.1')).toThrow('cannot match before start()')
  cog.start()
  expect([match('192.0.2.1'), match('198.51.100.1'), match('2001:db8::1')]).toEqual([['office'], ['y'], ['lab']])
  writeFileSync(path, '192.0.2.0/24 somewhere else\n')
  cog.reopen()
  expect([match('192.0.2.1'), match('2001:db8::1')]).toEqual([['somewhere else'], [undefined]])
  writeFileSync(path, 'nonsense and more\n')
  cog.reopen()
  expect(match('192.0.2.1')).toEqual(['somewhere else'])
  expect(log.map(({ level }) => level)).toEqual(['info', 'warn'])
})

test('says which line of which file is wrong', () => {
  const path = file('192.0.2.0/24\n192.0.2.0/99\n')
  expect(() => start({ files: [path] }).cog.start()).toThrow(
    `files: cannot read ${path}: line 2 must be a network or an address: it is "192.0.2.0/99"`,
  )
})

test('reads and writes where it is told to', () => {
  const { cog } = start({ networks: NETWORKS, getter: itemGetter('ip'), setter: itemSetter('where') })
  expect(cog.turn({ ip: '192.0.2.1' })).toEqual([{ ip: '192.0.2.1', where: 'office' }])
})

test('refuses what it can not use', () => {
  expect(() => start({})).toThrow('there must be networks or files of them: there are neither')
  expect(() => start({ networks: ['here'] })).toThrow('networks must be a network or an address: it is "here"')
  expect(() => start({ networks: NETWORKS, onMissing: 'x' as never })).toThrow('onMissing must be one of')
})
