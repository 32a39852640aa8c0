import { expect, test } from '@jest/globals'
import { ExtractIp, type ExtractIpOptions } from '../../cogs/extract-ip.js'
import { testTrain } from '../../lib/testing/index.js'

interface Event {
  line: string
  ip?: string | string[]
}

const LOGIN = 'Nov 21 10:00:00 mx1 sshd[711]: Failed password for root from 192.0.2.7 port 50022 ssh2'
const RELAY = 'Nov 21 10:00:00 mx1 postfix/smtp[2]: to=<a@b.example>, relay=mx[2001:DB8::25]:25, delay=0.1'
const PROXY =
  '::ffff:192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET /?from=198.51.100.2 HTTP/1.1" 200 5 "-" "Chrome/120.0.0.0"'
const NONE = 'Nov 21 10:00:00 web1 systemd[1]: Started nginx 1.27.3 on eth0 (00:1b:44:11:3a:b7).'

function start(options: ExtractIpOptions<Event> = {}) {
  const rig = testTrain()
  const extract = new ExtractIp<Event>(rig.train, options)
  const of = (line: string) => ([...(extract.turn({ line }) as Event[])][0] as Event).ip
  return { extract, rig, of }
}

test('the first address of a line is set in its canonical form', () => {
  const { of } = start()
  expect(of(LOGIN)).toBe('192.0.2.7')
  expect(of(RELAY)).toBe('2001:db8::25')
  expect(of(PROXY)).toBe('192.0.2.7')
})

test('all addresses are set as a list in the order of the line', () => {
  const { of } = start({ all: true })
  expect(of(LOGIN)).toEqual(['192.0.2.7'])
  expect(of(PROXY)).toEqual(['192.0.2.7', '198.51.100.2'])
})

test('a mapped address and a zone stay or go as asked', () => {
  expect(start({ unmap: false }).of(PROXY)).toBe('::ffff:192.0.2.7')
  expect(start().of('from FE80::1%eth0 port 1')).toBe('fe80::1%eth0')
  expect(start({ zone: false }).of('from FE80::1%eth0 port 1')).toBe('fe80::1')
})

test('a line without an address goes on as it is, and the setter is not called', () => {
  const data = { line: NONE }
  const setter = (): never => {
    throw new Error('called')
  }
  expect(start({ setter }).extract.turn(data)).toEqual([data])
  expect(Object.keys(data)).toEqual(['line'])
})

test('a line without an address may be dropped or fail', () => {
  expect(start({ onMissing: 'drop' }).extract.turn({ line: NONE })).toBeNull()
  expect(() => start({ onMissing: 'fail' }).extract.turn({ line: 'no' })).toThrow(
    'the line must have an IP address (onMissing): it is "no"',
  )
})

test('what is no text, and an unknown policy, are refused', () => {
  expect(() => start().of(undefined as never)).toThrow(new TypeError('the line must be text: it is undefined'))
  expect(() => start({ onMissing: 'skip' as never })).toThrow('onMissing must be one of pass, drop, fail: it is "skip"')
})

test('a train carries its results', async () => {
  const { extract, rig } = start({ onMissing: 'drop' })
  expect(await rig.pass([extract], [{ line: LOGIN }, { line: NONE }])).toEqual([{ line: LOGIN, ip: '192.0.2.7' }])
})
