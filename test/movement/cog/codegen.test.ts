import { expect, test } from '@jest/globals'
import { codegen, generate } from '../../../lib/movement/cog/codegen.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'

test('a generated function has its parameters, and is strict', () => {
  expect(generate<(a: number, b: number) => number>(['a', 'b'], 'return a + b')(1, 2)).toBe(3)
  expect(generate<() => unknown>([], 'return this')()).toBeUndefined()
})

test('no two have the same text: V8 would let them share what it has learnt', () => {
  const [a, b] = [0, 1].map(() => generate<() => number>([], 'return 1'))
  expect(String(a)).not.toBe(String(b))
})

test('code is generated here', () => {
  expect(codegen).toBe(process.env['DEADBEAT_CODEGEN'] !== 'off')
})

test('DEADBEAT_CODEGEN=off turns it off, and so does a process that forbids it', async () => {
  const body = "console.log((await import(source + 'lib/movement/cog/codegen.ts')).codegen)"
  const run = (mode: string, ...flags: string[]) =>
    runScript(`process.env.DEADBEAT_CODEGEN = '${mode}'; ${body}`, [...FROM_SOURCE, ...flags])
  const runs = [run('on'), run('on', '--disallow-code-generation-from-strings'), run('off')]
  expect((await Promise.all(runs)).map(({ lines }) => lines)).toEqual([['true'], ['false'], ['false']])
})
