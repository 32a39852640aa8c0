import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

const run = (name: string, text: string) => {
  const dir = scratch({ [name]: text })
  const { status, stdout, stderr } = deadbeat(dir, ['run', name])
  return { status, stdout, stderr: stderr.replaceAll(dir, '') }
}

test('TypeScript that does not parse is told with its place, code 65', () => {
  const { status, stderr } = run('a.ts', 'const a = 1\nconst b: = 2\n')
  expect(status).toBe(65)
  expect(stderr).toMatch(/^\/a\.ts:2:10 Unexpected token[^]*const b: = 2\n {9}\^\n$/)
})

test('JavaScript that does not parse is told with its place, code 65', () => {
  const { status, stderr } = run('a.mjs', 'const a = 1\nconst = 2\n')
  expect(status).toBe(65)
  expect(stderr).toMatch(/^\/a\.mjs:2:7 Unexpected token[^]*const = 2\n {6}\^\n$/)
})

test('an import of a name that is not there is told with its place', () => {
  const { status, stderr } = run('a.mjs', "import { nope } from 'deadbeat'\n")
  expect(status).toBe(65)
  expect(stderr).toMatch(/^\/a\.mjs cannot be loaded:\n.*a\.mjs:1\n[^]*does not provide an export named 'nope'\n$/)
})

test('an import that is not there is told, code 65', () => {
  const { status, stderr } = run('a.mjs', "import './b.js'\n")
  expect([status, stderr]).toEqual([65, "/a.mjs cannot be loaded: Cannot find module '/b.js' imported from /a.mjs\n"])
})

test.each([
  ["import 'deadbeat/nope'", "Package subpath './nope' is not defined by .* imported from /a\\.ts"],
  ["import './'", 'Directory import .* imported from /a\\.ts'],
  [
    "import { createRequire } from 'node:module'; createRequire(import.meta.url)('./nope')",
    "Cannot find module './nope'\nRequire stack:\n- /a\\.ts",
  ],
])('an import that leads nowhere is told as one of its own file, code 65: %s', (text, message) => {
  const { status, stderr } = run('a.ts', `${text}\n`)
  expect(stderr).toMatch(new RegExp(`^/a\\.ts cannot be loaded: ${message}\n$`))
  expect(status).toBe(65)
})

test('a file that throws is told with the stack, code 70', () => {
  const { status, stderr } = run('a.mjs', "throw new Error('boo')\n")
  expect(status).toBe(70)
  expect(stderr).toMatch(/^\/a\.mjs failed while it was loaded: Error: boo\n {4}at .*a\.mjs:1/)
})

test('an app that is not the default export is told, code 65', () => {
  const { status, stderr } = run(
    'a.mjs',
    "import { app } from 'deadbeat/app'\nexport const a = app({ name: 'a', build() {} })\n",
  )
  expect([status, stderr]).toEqual([65, '/a.mjs defines the app a: it must be the default export\n'])
})
