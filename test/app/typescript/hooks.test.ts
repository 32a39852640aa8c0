import type { LoadHookContext } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'
import { loadSync, resolveSync } from '../../../lib/app/typescript/hooks.js'
import { deadbeat, scratch } from '../scratch.js'

const notFound = (specifier: string) => {
  throw Object.assign(new Error(`no ${specifier}`), { code: 'ERR_MODULE_NOT_FOUND' })
}

function resolveIn(dir: string, specifier: string) {
  const asked: [string, string | undefined][] = []
  const context = {
    parentURL: pathToFileURL(join(dir, 'a.ts')).href,
    conditions: [],
    importAttributes: {},
    importAssertions: {},
  }
  const answer = () =>
    resolveSync(specifier, context, (what, { parentURL } = context) => {
      asked.push([what, parentURL])
      return asked.length === 1 ? notFound(what) : { url: what }
    })
  return { asked, answer, parent: context.parentURL }
}

test('./x.js that is not there stands for ./x.ts, if that is', () => {
  const dir = scratch({ 'x.ts': '', 'y.mts': '' })
  expect(resolveIn(dir, './x.js').answer().url).toBe(pathToFileURL(join(dir, 'x.ts')).href)
  expect(resolveIn(dir, './y.mjs').answer().url).toBe(pathToFileURL(join(dir, 'y.mts')).href)
  expect(resolveIn(dir, './z.js').answer).toThrow('no ./z.js')
})

test("deadbeat is looked for in this package only after the app's own project", () => {
  for (const name of ['deadbeat', 'deadbeat/cogs/dedupe']) {
    const { asked, answer, parent } = resolveIn(scratch({}), name)
    answer()
    expect(asked).toEqual([
      [name, parent],
      [name, expect.stringContaining('/lib/app/typescript/hooks')],
    ])
  }
  expect(resolveIn(scratch({}), 'deadbeat-else').answer).toThrow('no deadbeat-else')
})

test('errors of another kind are left alone', () => {
  const context = { parentURL: 'file:///a.ts', conditions: [], importAttributes: {}, importAssertions: {} }
  const fail = () => {
    throw new TypeError('else')
  }
  expect(() => resolveSync('deadbeat', context, fail)).toThrow('else')
})

test('only files that end in .ts or .mts are transformed', () => {
  const dir = scratch({ 'x.ts': 'let a: 1' })
  const context = { conditions: [], importAttributes: {}, format: 'module' } as unknown as LoadHookContext
  const next = () => ({ format: 'module' as const, source: 'next' })
  expect(loadSync(pathToFileURL(join(dir, 'x.ts')).href, context, next)).toMatchObject({ source: 'let a   ' })
  expect(loadSync('file:///x.js', context, next).source).toBe('next')
  expect(loadSync('node:fs.ts', context, next).source).toBe('next')
})

test('the stack of an error in TypeScript names its own line and column', () => {
  const dir = scratch({
    'a.ts': "interface A {\n  a: 1\n}\nconst f = (a: A): void => { throw new Error('boo') }\nf({ a: 1 })\n",
  })
  const { status, stderr } = deadbeat(dir, ['run', 'a.ts'])
  expect(status).toBe(70)
  expect(stderr).toMatch(/a\.ts:4:\d+/)
})
