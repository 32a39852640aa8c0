import { ParseUrl, type ParsedUrl, type ParseUrlOptions } from '../../cogs/parse-url.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function parse(url: unknown, options: ParseUrlOptions<{ url: unknown }, { url: ParsedUrl }> = {}): ParsedUrl {
  const cog = new ParseUrl<{ url: unknown }, { url: ParsedUrl }>(testTrain().train, options)
  return ([...(cog.turn({ url }) as Iterable<{ url: ParsedUrl }>)][0] as { url: ParsedUrl }).url
}

test('takes a whole URL apart', () => {
  expect(parse('HTTPS://frank:p%40ss@WWW.Example.ORG:8443/a%20b/c?q=1&q=2&empty=&flag#top')).toEqual({
    scheme: 'https',
    user: 'frank',
    password: 'p@ss',
    host: 'www.example.org',
    port: 8443,
    path: '/a%20b/c',
    query: { q: ['1', '2'], empty: '', flag: '' },
    fragment: 'top',
  })
})

test('reads the path alone, also one that looks like a host', () => {
  expect(parse('/index.php?id=%27%20OR%201=1--')).toEqual({
    ...{ scheme: null, user: null, password: null, host: null, port: null },
    ...{ path: '/index.php', query: { id: "' OR 1=1--" }, fragment: null },
  })
  expect(parse('//evil.example/x')).toMatchObject({ host: null, path: '//evil.example/x' })
})

test.each([
  ['http://[2001:db8::7]/', { host: '2001:db8::7', port: 80 }],
  ['http://bücher.example/', { host: 'xn--bcher-kva.example' }],
  ['mailto:anna@example.org', { scheme: 'mailto', host: null, port: null, path: 'anna@example.org' }],
  ['ldap://ldap.example.org/dc=example', { host: 'ldap.example.org', port: 389 }],
  ['http://%zz:x@a.example/', { user: '%zz', password: 'x' }],
])('reads %s', (url, parts) => {
  expect(parse(url)).toMatchObject(parts)
})

test('refuses what is no URL', () => {
  expect(() => parse('not a url')).toThrow('cannot parse as a URL: "not a url"')
  expect(() => parse('http://')).toThrow(SyntaxError)
  expect(() => parse(7)).toThrow('a URL must be text: it is 7')
})

test('bounds length and parameters', () => {
  expect(() => parse('/abcd', { lengthMax: 4 })).toThrow('at most 4 characters (lengthMax): it has 5')
  expect(() => parse('/?a&b&c', { parametersMax: 2 })).toThrow('at most 2 parameters (parametersMax): it has more')
  expect(() => parse('/', { parametersMax: 0 })).toThrow('parametersMax must be at least 1')
})

test('keeps names that objects inherit as own properties', () => {
  const { query } = parse('/?__proto__=1&__proto__=2&constructor=3')
  expect(Object.entries(query)).toEqual([
    ['__proto__', ['1', '2']],
    ['constructor', '3'],
  ])
})

test('puts the parts where it is told to', () => {
  const cog = new ParseUrl<{ request: string }>(testTrain().train, {
    getter: itemGetter('request'),
    setter: itemSetter('target'),
  })
  expect(cog.turn({ request: '/a' })).toEqual([{ request: '/a', target: expect.objectContaining({ path: '/a' }) }])
})
