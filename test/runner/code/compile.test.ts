import { expect, test } from '@jest/globals'
import { compileBody, stripped } from '../../../lib/runner/code/compile.js'

const sync = { path: 'a.b', mode: 'sync' } as const
const async = { path: 'a.b', mode: 'async' } as const

function stackOf(run: () => unknown): string {
  try {
    run()
    return 'nothing was thrown'
  } catch (error) {
    return String((error as Error).stack)
  }
}

test('a stack names the stored path and line, in the first line as in any other', () => {
  expect(stackOf(compileBody({ ...sync, js: 'throw new Error()' }, []))).toContain('code:a.b:1:7')
  expect(stackOf(compileBody({ ...sync, js: '\n\n  throw new Error()' }, []))).toContain('code:a.b:3:9')
})

test('so it is in asynchronous code', async () => {
  const fail = (js: string) => (compileBody({ ...async, js }, []) as () => Promise<never>)()
  await expect(fail('await null; throw new Error()')).rejects.toMatchObject({
    stack: expect.stringContaining('code:a.b:1:19'),
  })
  await expect(fail('await null\nthrow new Error()')).rejects.toMatchObject({
    stack: expect.stringContaining('code:a.b:2:7'),
  })
})

test('text of several lines stays as it was written', () => {
  expect(compileBody({ ...sync, js: 'return `a\n  b`' }, [])()).toBe('a\n  b')
})

test('what does not parse is told with its path and line', () => {
  expect(() => compileBody({ ...sync, js: 'const a = 1\nreturn a +' }, [])).toThrow(
    /^code a\.b can't be compiled: Unexpected end of input \(code:a\.b:2\)$/,
  )
  expect(() => compileBody({ ...sync, js: 'await 1' }, [])).toThrow(
    expect.objectContaining({ code: 'ERR_CODE_COMPILE' }),
  )
})

test.each([
  [
    'a brace too many',
    'const a = 1\n}\nreturn a',
    ["Unexpected token '}' (code:a.b:2)", 'Expression expected (code:a.b:2:1)'],
  ],
  [
    'a brace too few',
    'if (true) {\nreturn 1\n',
    ['Unexpected end of input (code:a.b:2)', "Expected '}', got '<eof>' (code:a.b:2:9)"],
  ],
  [
    'a parenthesis too few',
    'return (1',
    ['Unexpected end of input (code:a.b:1)', "Expected ',', got '<eof>' (code:a.b:1:10)"],
  ],
  [
    'an end of what is around it',
    'return 1\n}; {\nreturn 2',
    ["Unexpected token '}' (code:a.b:2)", "Unexpected token ';' (code:a.b:2)"],
  ],
  ['something else', 'let a\nlet a\n', Array(2).fill("Identifier 'a' has already been declared (code:a.b:2)")],
])('%s is told on a line of the body, in every mode', (_, js, [bare, around]) => {
  const told = (code: typeof sync | typeof async): string => {
    try {
      compileBody({ ...code, js }, [])
      return 'it parses'
    } catch (error) {
      return (error as Error).message.replace("code a.b can't be compiled: ", '')
    }
  }
  expect([told(sync), told(async)]).toEqual([bare, around])
})

test('a name that is not declared is an error and no variable of everybody', () => {
  expect(() => compileBody({ ...sync, js: 'notDeclared = 1' }, [])()).toThrow(/notDeclared is not defined/)
  expect('notDeclared' in globalThis).toBe(false)
})

test('a comment at the end hides nothing', async () => {
  expect(await compileBody({ ...async, js: 'return 1 // one' }, [])()).toBe(1)
  expect(compileBody({ ...sync, js: 'return 1 // one' }, [])()).toBe(1)
})

test('TypeScript keeps lines and columns, and may return', () => {
  const js = stripped('code', 'a.b', { code: 'const n: number = a as number\nreturn n', lang: 'ts' })
  expect(js).toBe('const n         = a          \nreturn n')
  expect(compileBody({ ...sync, js }, ['a'])(7)).toBe(7)
  expect(stripped('code', 'a.b', { code: 'as: it is', lang: 'js' })).toBe('as: it is')
})

test.each(['code', 'module'] as const)(
  'TypeScript of %s that does not parse is told with its path, line and column',
  (kind) => {
    expect(() => stripped(kind, 'a.b', { code: 'let a = 1\nlet b: = 2', lang: 'ts' })).toThrow(
      expect.objectContaining({
        code: 'ERR_CODE_COMPILE',
        message: expect.stringMatching(`^${kind} a.b can't be compiled: [^\n]+ \\(${kind}:a.b:2:8\\)$`),
      }),
    )
  },
)
