import { expect, test } from '@jest/globals'
import { ParseIp, type ParseIpOptions } from '../../cogs/parse-ip.js'
import { itemGetter, wholeGetter, wholeSetter, type Getter, type Setter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

interface Event {
  ip?: unknown
  client?: string
}

function start(options: ParseIpOptions<Event> = {}) {
  const rig = testTrain()
  const parse = new ParseIp<Event>(rig.train, options)
  return { parse, rig, of: (ip: unknown) => ([...(parse.turn({ ip }) as Event[])][0] as Event).ip }
}

test('equal addresses become equal texts', () => {
  const { of } = start()
  expect(of('192.0.2.1')).toBe('192.0.2.1')
  expect([of('2001:DB8:0:0:0:0:0:1'), of('2001:db8::0001')]).toEqual(['2001:db8::1', '2001:db8::1'])
  expect(of('FE80::1%eth0')).toBe('fe80::1%eth0')
})

test('a mapped address becomes its IPv4 address, unless it is to stay', () => {
  expect(start().of('::ffff:c000:201')).toBe('192.0.2.1')
  expect(start({ unmap: false }).of('::FFFF:c000:201')).toBe('::ffff:192.0.2.1')
})

test('a zone goes if it is not wanted', () => {
  expect(start({ zone: false }).of('fe80::1%eth0')).toBe('fe80::1')
})

test('the result may be an object with the family', () => {
  const { of } = start({ result: 'object' })
  expect(of('192.0.2.1')).toEqual({ address: '192.0.2.1', family: 4 })
  expect(of('::ffff:192.0.2.1')).toEqual({ address: '192.0.2.1', family: 4 })
  expect(of('2001:DB8::1')).toEqual({ address: '2001:db8::1', family: 6 })
})

test('the datum may be the address itself', () => {
  const { train } = testTrain()
  const whole = {
    getter: wholeGetter as Getter<string, string>,
    setter: wholeSetter as Setter<string, unknown, string>,
  }
  expect(new ParseIp<string>(train, whole).turn('::0')).toEqual(['::'])
})

test('what is no address fails with what it is', () => {
  for (const ip of ['1.2.3', '10:00:00', '[::1]', '192.0.2.1:80', '192.0.2.0/24', '192.0.2.01', '', undefined, 7]) {
    expect(() => start().of(ip)).toThrow(TypeError)
  }
  expect(() => start().of('1.2.3')).toThrow('cannot parse: must be an IPv4 or IPv6 address: it is "1.2.3"')
  expect(() => start({ getter: itemGetter('client') }).of('::1')).toThrow('it is undefined')
})

test('an unknown result is refused', () => {
  expect(() => start({ result: 'bytes' as never })).toThrow('result must be text or object: it is "bytes"')
})

test('a train carries its results', async () => {
  const { parse, rig } = start()
  expect(await rig.pass([parse], [{ ip: '0::1' }, { ip: '192.0.2.1' }])).toEqual([{ ip: '::1' }, { ip: '192.0.2.1' }])
})
