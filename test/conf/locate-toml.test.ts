import { parse } from 'smol-toml'
import { expect, test } from '@jest/globals'
import { locateToml } from '../../lib/conf/locate-toml.js'

const TEXT = `# a = 1
top = "x" # b = 2

[dns]
cache-max = 5
"quoted.key" = '''
y = 1
'''
'literal' = """a\\"""
z = 2"""
when = 1979-05-27 07:32:00
list = [ 1, # ]
  "]", { n = 1 },
]
[dns.more]
inline = { a = 1, b.c = "}" }
[[many]]
k = 1
[many.below]
[ a . "b\\u0031" ]
d.e = 1.5
`

test('each key has its line, in tables, dotted, quoted and inline', () => {
  expect(Object.keys(parse(TEXT))).toEqual(['top', 'dns', 'many', 'a']) // It is valid.
  const lines = locateToml(TEXT, parse)
  const where = (...keys: string[]) => lines.lineOf(keys)
  expect([where('top'), where('dns'), where('dns', 'cache-max'), where('dns', 'quoted.key')]).toEqual([2, 4, 5, 6])
  expect([where('dns', 'literal'), where('dns', 'when'), where('dns', 'list')]).toEqual([9, 11, 12])
  expect([where('dns', 'more', 'inline', 'a'), where('dns', 'more', 'inline', 'b', 'c')]).toEqual([16, 16])
  expect([where('many'), where('a'), where('a', 'b1'), where('a', 'b1', 'd', 'e')]).toEqual([17, 20, 20, 21])
})

test('what stands in texts, lists and comments is no key', () => {
  const lines = locateToml(TEXT, parse)
  const keys = [['a'], ['b'], ['dns', 'y'], ['dns', 'z'], ['dns', 'list', 'n'], ['many', 'k'], ['k']]
  expect(keys.filter((path) => lines.has(path))).toEqual([['a']])
})
