import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { defaultCacheDir, stripBodyTypes, stripTypes } from '../../lib/typescript/transform.js'
import { scratch } from '../app/scratch.js'
import { FROM_SOURCE, runScript } from '../support/child.js'

test('types become blanks, so that every line and column stays', () => {
  const source = 'interface A {\n  a: number\n}\nexport const n: number = 1 as A["a"]\n'
  const text = stripTypes(source, 'a.ts', null)
  expect(text.split('\n').map((line) => line.length)).toEqual(source.split('\n').map((line) => line.length))
  expect(text.indexOf('= 1')).toBe(source.indexOf('= 1'))
})

test('what does not parse is told with file, line, column and an excerpt', () => {
  expect(() => stripTypes('const a = 1\nconst b: = 2\n', '/x/a.ts', null)).toThrow(
    /^\/x\/a\.ts:2:10 Unexpected token `=`.*\n[^]*const b: = 2\n {9}\^$/,
  )
})

test.each(['enum A { B }', 'class A { constructor(private x: number) {} }', 'namespace A { export const b = 1 }'])(
  '%s is refused: it would not vanish',
  (source) => {
    expect(() => stripTypes(source, 'a.ts', null)).toThrow(/not supported/)
  },
)

test('a result is kept for its owner alone and taken from there the next time', () => {
  const dir = join(scratch({}), 'cache')
  const first = stripTypes('const n: number = 1', 'a.ts', dir)
  const [name = ''] = readdirSync(dir)
  expect([statSync(dir).mode & 0o777, statSync(join(dir, name)).mode & 0o777]).toEqual([0o700, 0o600])
  writeFileSync(join(dir, name), 'kept')
  expect([first, stripTypes('const n: number = 1', 'b.ts', dir)]).toEqual(['const n         = 1', 'kept'])
  expect(stripTypes('const n: number = 2', 'a.ts', dir)).toBe('const n         = 2')
})

test('a cache that others may write to is not used', () => {
  const dir = scratch({})
  stripTypes('const n: number = 1', 'a.ts', dir)
  const [name = ''] = readdirSync(dir)
  writeFileSync(join(dir, name), 'evil')
  chmodSync(dir, 0o777)
  expect(stripTypes('const n: number = 1', 'a.ts', dir)).toBe('const n         = 1')
})

test('without a place to keep it the result is the same', () => {
  expect(stripTypes('let a: 1', 'a.ts', '/dev/null/cache')).toBe('let a   ')
})

test('the cache keeps a limited number of files', () => {
  const dir = scratch(Object.fromEntries(Array.from({ length: 512 }, (_, n) => [`${n}.js`, ''])))
  chmodSync(dir, 0o700)
  stripTypes('let a: 1', 'a.ts', dir)
  expect(readdirSync(dir)).toHaveLength(257)
})

test('the cache lies where the desktop rules say', () => {
  expect(defaultCacheDir({ XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe('/c/deadbeat/typescript')
  expect(defaultCacheDir({ XDG_CACHE_HOME: 'c', HOME: '/h' })).toBe('/h/.cache/deadbeat/typescript')
})

test('the body of a function may return and await, and keeps its lines and columns', () => {
  const body = 'const n: number = await f<string>(1)\nif (n > 1) return\nreturn n as unknown'
  expect(stripBodyTypes(body, 'a')).toBe('const n         = await f        (1)\nif (n > 1) return\nreturn n           ')
  expect(() => stripBodyTypes('const a = 1\nconst b: = 2', 'the.answer')).toThrow(/^the\.answer:2:10 Unexpected/)
  expect(() => stripBodyTypes('const a: = 1', 'the.answer')).toThrow(/^the\.answer:1:10 Unexpected/)
})

test.each([
  ['a brace too many', 'let a: 1\n}\nreturn a', `a.b:2:1 Expression expected\nlet a: 1\n}\n^\nreturn a`],
  ['a brace too many behind a return', 'return 1\n}', 'a.b:2:1 Expression expected\nreturn 1\n}\n^'],
  ['a brace too few', 'if (1) {\nreturn 1\n\n', `a.b:2:9 Expected '}', got '<eof>'`],
  [
    'what TypeScript adds',
    'enum A { B }',
    'a.b:1:1 TypeScript enum is not supported in strip-only mode\nenum A { B }\n^^^^^^^^^^^^',
  ],
])('of a body its author sees no line of ours: %s', (_, body, told) => {
  let message = ''
  try {
    stripBodyTypes(body, 'a.b')
  } catch (error) {
    message = (error as Error).message
  }
  expect(message.slice(0, told.length)).toBe(told)
  expect(message).not.toContain('async function')
})

test('what is more than the parser bears is told, and spoils nothing for others', async () => {
  const { lines, errors } = await runScript(
    `const { stripTypes } = await import(source + 'lib/typescript/transform.ts')
     for (const text of ['('.repeat(1e5), '{'.repeat(1e5) + '}'.repeat(1e5)]) {
       try { stripTypes(text, 'deep.ts', null) } catch ({ code, message }) { console.log(code, message.slice(0, 37)) }
       console.log(stripTypes('let a: 1', 'a.ts', null) + '|')
     }`,
    FROM_SOURCE,
  )
  expect(errors).toBe('')
  const told = [`ERR_TYPESCRIPT deep.ts can't be parsed: is it nested`, 'let a   |']
  expect(lines).toEqual([...told, ...told])
})
