import { ParseXml, type ParseXmlOptions } from '../../cogs/parse-xml.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const parse = (text: string, options: ParseXmlOptions<string, unknown> = {}) =>
  [...(new ParseXml<string, unknown>(testTrain().train, options).turn(text) as Iterable<unknown>)][0]

const LOGON = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/><EventID>4625</EventID><TimeCreated SystemTime='2026-11-21T09:00:00.1234567Z'/><Computer>dc1.example.org</Computer></System><EventData><Data Name='TargetUserName'>admin</Data><Data Name='IpAddress'>192.0.2.7</Data><Data Name='Empty'></Data></EventData></Event>`

test("reads an event of Windows' log", () => {
  expect(parse(LOGON)).toEqual({
    Event: {
      '@xmlns': 'http://schemas.microsoft.com/win/2004/08/events/event',
      System: {
        Provider: { '@Name': 'Microsoft-Windows-Security-Auditing', '@Guid': '{54849625-5478-4994-a5ba-3e3b0328c30d}' },
        EventID: '4625',
        TimeCreated: { '@SystemTime': '2026-11-21T09:00:00.1234567Z' },
        Computer: 'dc1.example.org',
      },
      EventData: {
        Data: [
          { '@Name': 'TargetUserName', '#text': 'admin' },
          { '@Name': 'IpAddress', '#text': '192.0.2.7' },
          { '@Name': 'Empty' },
        ],
      },
    },
  })
})

test('joins text, entities and CDATA, and leaves comments and instructions out', () => {
  const text = `\uFEFF<?xml version="1.0" encoding="ISO-8859-1"?>\n<!-- c --><a> x &amp;&#233;<!-- c --><![CDATA[<b>]]> <?p i?></a>\n`
  expect(parse(text)).toEqual({ a: 'x &é<b>' })
  expect(parse(text, { trim: false })).toEqual({ a: ' x &é<b> ' })
})

test('names what it is told to', () => {
  const text = '<s:a x="1">t<s:b/></s:a>'
  expect(parse(text)).toEqual({ 's:a': { '@x': '1', 's:b': '', '#text': 't' } })
  expect(parse(text, { prefixes: false, attributePrefix: '$', textKey: '_', lists: ['b'] })).toEqual({
    a: { $x: '1', b: [''], _: 't' },
  })
})

test.each([
  ['<a>', 'unclosed tag: a'],
  ['<a></b>', 'unexpected close tag'],
  ['<a x=1/>', 'unquoted attribute value'],
  ['<a/><b/>', 'only one root'],
  ['none', 'text data outside of root node'],
  ['', 'document must contain a root element'],
  ['<a>&nbsp;</a>', 'undefined entity'],
])('refuses %s', (text, reason) => {
  expect(() => parse(text)).toThrow(SyntaxError)
  expect(() => parse(text)).toThrow(reason)
})

test('fetches and expands nothing', () => {
  const external = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
  expect(() => parse(external)).toThrow('undefined entity')
  const laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
  expect(() => parse(laughs)).toThrow('undefined entity')
  expect(parse('<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a>x</a>')).toEqual({ a: 'x' })
})

test('bounds depth and length', () => {
  expect(parse('<a><b/></a>', { depthMax: 2 })).toEqual({ a: { b: '' } })
  expect(() => parse('<a><b><c/></b></a>', { depthMax: 2 })).toThrow(
    'XML must be nested at most 2 deep (depthMax): at <c> it is deeper',
  )
  expect(() => parse('<a>'.repeat(300_000))).toThrow('at most 100 deep')
  expect(() => parse('<a></a>', { lengthMax: 6 })).toThrow('at most 6 characters (lengthMax): it has 7')
  expect(() => parse('<a/>', { depthMax: 0 })).toThrow('depthMax must be at least 1')
})

test('keeps names that objects inherit as own properties', () => {
  const found = parse('<__proto__ constructor="1"><toString>a</toString><__proto__>b</__proto__></__proto__>', {
    attributePrefix: '__proto__',
  }) as object
  expect(Object.entries(found)).toEqual([['__proto__', expect.anything()]])
  const [, inner] = Object.entries(found)[0] as [string, object]
  expect(Object.entries(inner)).toEqual([
    ['__proto__constructor', '1'],
    ['toString', 'a'],
    ['__proto__', 'b'],
  ])
})

test('reads a part of the datum and puts the document beside it', () => {
  const cog = new ParseXml<{ line: string }, unknown>(testTrain().train, {
    getter: itemGetter('line'),
    setter: itemSetter('event') as never,
  })
  expect(cog.turn({ line: '<a>1</a>' })).toEqual([{ line: '<a>1</a>', event: { a: '1' } }])
  expect(() => cog.turn({} as never)).toThrow('XML must be text: it is undefined')
})
