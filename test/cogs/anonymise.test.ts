import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Anonymise, type AnonymiseOptions } from '../../cogs/anonymise.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

interface Event {
  ip?: unknown
  client?: string
}

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

function start(options: AnonymiseOptions<Event> = {}) {
  const rig = testTrain()
  const anonymise = new Anonymise<Event>(rig.train, options)
  return { anonymise, rig, of: (ip: unknown) => ([...(anonymise.turn({ ip }) as Event[])][0] as Event).ip }
}

test('by default the last byte of an IPv4 address goes, and all behind the first 48 bits of an IPv6 address', () => {
  const { of } = start()
  expect(of('192.0.2.133')).toBe('192.0.2.0')
  expect(of('2001:db8:1:2::3')).toBe('2001:db8:1::')
  expect(of('::ffff:192.0.2.133')).toBe('::ffff:192.0.2.0')
})

test('for any IPv4 address the short way gives what cutting by hand gives', () => {
  const { of } = start()
  fc.assert(fc.property(fc.ipV4(), (ip) => of(ip) === ip.slice(0, ip.lastIndexOf('.') + 1) + '0'))
})

test('the short way and the long way agree', () => {
  const [short, long] = [start({ ipv4Bits: 24 }), start({ ipv4Bits: 23 })]
  expect([short.of('192.0.3.9'), long.of('192.0.3.9')]).toEqual(['192.0.3.0', '192.0.2.0'])
})

test('equal addresses get equal results in every mode, whether remembered or not', () => {
  for (const mode of ['prefix', 'crypto-pan', 'hash'] as const) {
    const { of } = start({ mode, key: KEY, cacheMax: 1 })
    const first = [of('192.0.2.1'), of('2001:db8::1')]
    expect([of('192.0.2.1'), of('192.0.2.1')]).toEqual([first[0], first[0]])
    expect(of('2001:DB8:0::1')).toBe(first[1])
  }
})

test('the key may stand in a file, which is read at the start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anonymise-'))
  try {
    writeFileSync(join(folder, 'key'), `${KEY}\n`)
    const { anonymise, rig, of } = start({ mode: 'hash', keyFile: join(folder, 'key') })
    expect(() => of('192.0.2.1')).toThrow('cannot anonymise before start(), which reads the keyFile')
    expect(await rig.pass([anonymise], [{ ip: '192.0.2.1' }])).toEqual([
      { ip: start({ mode: 'hash', key: KEY }).of('192.0.2.1') },
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the key is not among the options that a log shows', () => {
  const { anonymise } = start({ mode: 'hash', key: KEY })
  expect(`${String(anonymise)} ${JSON.stringify(anonymise)}`).not.toContain(KEY)
})

test('what is no address fails with what it is', () => {
  for (const ip of ['1.2.3', '', 'localhost', '192.0.2.1:80', undefined, null, 7]) {
    expect(() => start().of(ip)).toThrow(TypeError)
    expect(() => start({ mode: 'hash', key: KEY }).of(ip)).toThrow(TypeError)
  }
  expect(() => start().of('1.2.3')).toThrow('cannot anonymise: must be an IPv4 or IPv6 address: it is "1.2.3"')
})

test('what is no address may be passed or blanked, and is not remembered', () => {
  expect(start({ onInvalid: 'pass' }).of('localhost')).toBe('localhost')
  const { of } = start({ onInvalid: 'blank' })
  expect([of('localhost'), of('localhost'), of(undefined)]).toEqual(['', '', ''])
})

test('the address may stand anywhere', () => {
  const options = { getter: itemGetter<Event, string>('client'), setter: itemSetter<Event, string>('client') }
  expect(start(options).anonymise.turn({ client: '192.0.2.1' })).toEqual([{ client: '192.0.2.0' }])
})

test('a train carries its results', async () => {
  const { anonymise, rig } = start()
  expect(await rig.pass([anonymise], [{ ip: '192.0.2.1' }, { ip: '::1' }])).toEqual([{ ip: '192.0.2.0' }, { ip: '::' }])
})

test.each<[AnonymiseOptions<Event>, string]>([
  [{ mode: 'hash' }, 'mode hash must have either key or keyFile: it has neither'],
  [{ mode: 'hash', key: KEY, keyFile: '/k' }, 'mode hash must have either key or keyFile: it has both'],
  [{ mode: 'hash', key: '00' }, 'the key of a hash must have at least 16 bytes: it has 1'],
  [{ mode: 'crypto-pan', key: KEY.slice(2) }, 'a key of Crypto-PAn must have 32 bytes: it has 31'],
  [{ ipv4Bits: 33 }, 'ipv4Bits must be a whole number from 0 to 32: it is 33'],
  [{ cacheMax: 0 }, 'cacheMax must be at least 1: it is 0'],
  [{ onInvalid: 'ignore' as never }, 'onInvalid must be one of fail, pass, blank: it is "ignore"'],
])('refuses %j', (options, message) => {
  expect(() => start(options)).toThrow(new RangeError(message))
})

test('a getter alone says where the address is written back, and one of your own is refused', () => {
  const { train } = testTrain()
  const client = new Anonymise(train, { getter: itemGetter(['peer', 'client']) })
  expect(client.turn({ peer: { client: '203.0.113.9' } })).toEqual([{ peer: { client: '203.0.113.0' } }])
  expect(() => new Anonymise(train, { getter: (data: { client: string }) => data.client })).toThrow(
    'setter must be given with a getter of your own',
  )
})
