import { runCode } from '../../../../lib/runner/host/child/run-code.js'
import { hosted } from '../../../support/job-host.js'

test('a body runs with its parameters, which it may hide, and makes no global', async () => {
  expect(await runCode(hosted('const n = 5; return n + m // the end'), { n: 1, m: 2 })).toBe(7)
  expect(await runCode(hosted('let n = 4; return n', { mode: 'sync' }), { n: 1 })).toBe(4)
  await expect(runCode(hosted('stray = 1'), {})).rejects.toThrow('stray is not defined')
  await expect(runCode(hosted('await 1', { mode: 'sync' }), {})).rejects.toThrow('await is only valid')
})

test('lines and columns are those of the body', async () => {
  const stackOf = (js: string) =>
    runCode(hosted(js, { path: 'a.b' }), {}).then(
      () => '',
      (error: unknown) => (error as Error).stack,
    )
  expect(await stackOf('throw new Error(1)')).toContain('code:a.b:1:7')
  expect(await stackOf('\n  throw new Error(1)')).toContain('code:a.b:2:9')
  expect((await stackOf('\n\nthrow new Error(1)'))?.match(/code:a.b:\d+/g)).toEqual(['code:a.b:3'])
})

test('modules are there by their names, and others are not', async () => {
  const modules = { 'm.a': { js: 'export const n = 2', requires: [] } }
  const code = hosted(`return _require('m.a').n + (await import('m.a')).n`, { modules, requires: ['m.a'] })
  expect(await runCode(code, {})).toBe(4)
  await expect(runCode(hosted(`_require('m.b')`, { modules, requires: ['m.a'] }), {})).rejects.toThrow(
    `code:the.code doesn't require the module m.b: it requires m.a`,
  )
})
