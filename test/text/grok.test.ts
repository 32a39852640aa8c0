import { compileGrok, parseGrokPatterns } from '../../lib/text/grok.js'

const PATTERNS = new Map([
  ['WORD', '\\w+'],
  ['PAIR', '%{WORD:key}=%{WORD:value}'],
  ['SELF', 'a%{OTHER}'],
  ['OTHER', 'b%{SELF}'],
])
const compile = (expression: string, patterns = PATTERNS) => compileGrok(expression, patterns)

test('writes patterns out, those within patterns, too, and numbers their fields', () => {
  const { source, fields } = compile('^%{PAIR} %{WORD}$')
  expect(source).toBe('^(?:(?<f0>\\w+)=(?<f1>\\w+)) (?:\\w+)$')
  expect(fields.map(({ group, path }) => [group, ...path])).toEqual([
    ['f0', 'key'],
    ['f1', 'value'],
  ])
})

test('a field may stand in several alternatives', () => {
  const { source, fields } = compile('%{WORD:a}|<%{WORD:a}>')
  expect(new RegExp(source).exec('<b>')).not.toBeNull()
  expect(fields.map(({ path }) => path)).toEqual([['a'], ['a']])
})

test('knows types, nested fields and named groups', () => {
  const { fields } = compile('%{WORD:a:int} %{WORD:[b][c]:float} (?<d.e>x) (?<=y)(?<!z)')
  expect(fields.map(({ path, type }) => [path, type])).toEqual([
    [['a'], 'int'],
    [['b', 'c'], 'float'],
    [['d.e'], 'text'],
  ])
  expect(() => compile('%{WORD:a:date}')).toThrow('the type of a field must be int or float: it is "date"')
})

test('reads what other engines have', () => {
  expect(compile('\\A(?>a++)[[:alpha:]_]*+[^[:space:]]\\z').source).toBe('^(?:a+)[A-Za-z_]*[^\\s]$')
  expect(compile('\\\\A \\++ []x] [^]y]').source).toBe('\\\\A \\++ [\\]x] [^\\]y]')
  expect(compile('(?im)a.b').flags).toBe('is')
  expect(compile('(?i)a').source).toBe('a')
})

test('leaves what is escaped or in brackets as it is', () => {
  expect(compile('\\%{WORD} [%{x}] \\(?<a>').source).toBe('\\%{WORD} [%{x}] \\(?<a>')
})

test('refuses patterns that are unknown, endless or too long', () => {
  expect(() => compile('%{NOWHERE:x}')).toThrow('a grok pattern must be known: there is no %{NOWHERE}')
  expect(() => compile('%{SELF}')).toThrow('a grok pattern must not contain itself: SELF > OTHER > SELF')
  const doubled = new Map<string, string>(
    Array.from({ length: 40 }, (_, n) => [`P${n}`, `%{P${n + 1}}%{P${n + 1}}`] as const),
  )
  doubled.set('P40', 'x')
  expect(() => compile('%{P0}', doubled)).toThrow('at most 200000 characters')
})

test('a name from Object is no pattern', () => {
  expect(() => compile('%{constructor}')).toThrow('there is no %{constructor}')
})

test('reads files of patterns, and says which line is wrong', () => {
  expect([...parseGrokPatterns('# mine\r\n\r\nID  [0-9A-F]{10} x \nNEXT \\d+')]).toEqual([
    ['ID', '[0-9A-F]{10} x '],
    ['NEXT', '\\d+'],
  ])
  expect(() => parseGrokPatterns('A b\nB')).toThrow('line 2 must be a name and a pattern: it is "B"')
})
