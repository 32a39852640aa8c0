import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redact, type RedactOptions } from '../../cogs/redact.js'
import { testTrain } from '../../lib/testing/index.js'
import { hashOf } from '../../lib/text/keyed-hash.js'

const KEY = '000102030405060708090a0b0c0d0e0f'
const redact = (data: unknown, options: RedactOptions = {}) =>
  [...(new Redact<unknown>(testTrain().train, options).turn(data) as Iterable<unknown>)][0]

test('takes every known kind out of a text', () => {
  const text =
    'anna@example.org paid with 4111 1111 1111 1111 from DE89370400440532013000, Authorization: Bearer abcdefgh, postgres://u:pw@db/x AKIAIOSFODNN7EXAMPLE'
  expect(redact(text)).toBe(
    '[email] paid with [card] from [iban], Authorization: Bearer [bearer], postgres://u:[url-password]@db/x [aws-key]',
  )
})

test('looks only for what it is told to, and writes what it is told to', () => {
  const text = 'anna@example.org ticket T-1234 t-99'
  expect(redact(text, { kinds: ['email'], replacement: '***' })).toBe('*** ticket T-1234 t-99')
  expect(redact(text, { kinds: [], patterns: [/t-\d+/i], replacement: '<%k>' })).toBe(
    'anna@example.org ticket <pattern> <pattern>',
  )
  expect(redact('a1', { kinds: [], patterns: ['\\d*'] })).toBe('a[pattern]')
})

test('looks in every text at any depth, and copies only what it changes', () => {
  const same = { a: 'b' }
  const data = {
    list: ['x', 'anna@example.org'],
    same,
    deep: { er: { to: 'bob@example.org' } },
    n: 7,
    at: new Date(0),
    no: null,
  }
  const out = redact(data) as typeof data
  expect(out).toEqual({ ...data, list: ['x', '[email]'], deep: { er: { to: '[email]' } } })
  expect(out.same).toBe(same)
  expect(data.deep.er.to).toBe('bob@example.org')
  const clean = { a: ['b'] }
  expect(redact(clean)).toBe(clean)
})

test('looks only in the fields that it is told', () => {
  const data = { a: 'anna@example.org', b: { c: 'bob@example.org' }, d: 'eve@example.org' }
  expect(redact(data, { fields: ['a', '/b/c', 'none'] })).toEqual({ ...data, a: '[email]', b: { c: '[email]' } })
  expect(data.b.c).toBe('bob@example.org')
})

test('takes the whole value of a field by its name', () => {
  const data = { user: 'anna', Password: 'x', deep: { apiToken: { a: 1 } } }
  expect(redact(data, { names: /passw|token/gi })).toEqual({
    user: 'anna',
    Password: '[name]',
    deep: { apiToken: '[name]' },
  })
})

test('a hash under a key keeps equal values equal', () => {
  const text = 'anna@example.org bob@example.org anna@example.org'
  const hash = (mail: string) => hashOf(mail, Buffer.from(KEY, 'hex'), 16)
  const [anna, bob] = [hash('anna@example.org'), hash('bob@example.org')]
  expect(redact(text, { hash: true, key: KEY })).toBe(`${anna} ${bob} ${anna}`)
  expect(String(new Redact(testTrain().train, { hash: true, key: KEY }))).not.toContain(KEY)
})

test('reads the key from a file when it starts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redact-'))
  writeFileSync(join(folder, 'key'), KEY)
  const cog = new Redact<string>(testTrain().train, { hash: true, keyFile: join(folder, 'key') })
  expect(() => cog.turn('anna@example.org')).toThrow('cannot hash before start()')
  cog.start()
  expect(cog.turn('anna@example.org')).toEqual([hashOf('anna@example.org', Buffer.from(KEY, 'hex'), 16)])
  rmSync(folder, { recursive: true })
})

test('names that objects inherit stay own properties', () => {
  const data = JSON.parse('{"__proto__":{"mail":"anna@example.org"},"constructor":"bob@example.org"}') as object
  const out = redact(data) as object
  expect(Object.entries(out)).toEqual([
    ['__proto__', { mail: '[email]' }],
    ['constructor', '[email]'],
  ])
  expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
})

test('refuses what is nested too deeply, and what it can not use', () => {
  let deep: unknown = 'x'
  for (let i = 0; i < 101; i++) deep = [deep]
  expect(() => redact(deep)).toThrow('a datum must be nested at most 100 deep (depthMax): it is deeper')
  expect(() => redact('', { kinds: ['constructor'] })).toThrow('one is "constructor"')
  expect(() => redact('', { kinds: [] })).toThrow('there must be something to look for')
  expect(() => redact('', { patterns: ['('] })).toThrow(/regular expression/)
  expect(() => redact('', { hash: true })).toThrow('hash must have either key or keyFile: it has neither')
  expect(() => redact('', { hash: true, key: '00' })).toThrow('at least 16 bytes: it has 1')
})
