// The app's file is wrong: where, in one message, and the right exit code.
import { expect, test } from '@jest/globals'
import { start } from './apps.js'

const FINE = `import { app } from 'deadbeat/app'\nexport default app({ name: 'x', build() {} })\n`

async function refused(name: string, text: string) {
  const { run, dir } = start({ [name]: text })
  const { status, stdout, stderr, log } = await run(name)
  return { status, stdout, log, lines: stderr.replaceAll(dir, 'DIR').split('\n').slice(0, -1) }
}

test.each([
  ['a.ts', "const a: number = 1\nexport default app({ name: 'x'\n  build() {} })\n", 'DIR/a.ts:3:3 '],
  ['a.ts', 'enum Colour { red }\n', 'DIR/a.ts:1:1 TypeScript enum is not supported in strip-only mode'],
  ['a.mjs', 'export default {\n', 'DIR/a.mjs:1:18 '],
])('%s that does not parse is told with its line, code 65', async (name, text, place) => {
  const { status, stdout, lines } = await refused(name, text)
  expect([status, stdout]).toEqual([65, ''])
  expect(lines.slice(0, 2).join('\n')).toContain(place)
  expect(lines.join('\n')).not.toMatch(/\n +at /)
})

test.each([
  ["import { x } from './none.js'\n", "Cannot find module 'DIR/none.js'"],
  [
    "import { apq } from 'deadbeat/app'\n",
    "The requested module 'deadbeat/app' does not provide an export named 'apq'",
  ],
])('one that imports what is not there is code 65: %s', async (text, message) => {
  const { status, lines } = await refused('a.ts', text + FINE)
  expect(status).toBe(65)
  expect(lines.join('\n')).toContain(message)
})

test('one that forgets to export its app is told so, code 65', async () => {
  const { status, lines } = await refused('a.ts', FINE.replace('export default ', ''))
  expect([status, lines]).toEqual([65, ['DIR/a.ts defines the app x: it must be the default export']])
})

test('one that throws is code 70, with the place where it did', async () => {
  const { status, lines } = await refused('a.ts', 'const n: number = 1\nthrow new Error(`broken ${n}`)\n')
  expect([status, lines[0]]).toEqual([70, 'DIR/a.ts failed while it was loaded: Error: broken 1'])
  expect(lines[1]).toContain('DIR/a.ts:2:7')
})

test('one without a supply is code 70, and says what is missing', async () => {
  const { status, log } = await refused('a.ts', FINE)
  expect([status, log.map(({ msg }) => msg)]).toEqual([
    70,
    ['stopped: a train needs a supply: no line begins with one'],
  ])
})

test('one that is not there is code 66, with where it was looked for', async () => {
  const { run, dir } = start()
  const { status, stderr } = await run('none.ts')
  expect([status, stderr]).toEqual([66, `there is no app none.ts; looked for:\n  ${dir}/none.ts\n`])
})
