import { afterEach, expect, jest, test } from '@jest/globals'
import { runProgram } from '../../lib/app/run-program.js'
import { ConfigError } from '../../lib/errors/index.js'

afterEach(() => {
  jest.restoreAllMocks()
})

/** Run it; answers with which code the process would have ended, and what it said. */
async function run(act: () => Promise<void>) {
  const said: string[] = []
  const codes: unknown[] = []
  jest.spyOn(process, 'exit').mockImplementation((code) => codes.push(code) as never)
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  await runProgram('lamp', act)
  return { codes, said: said.join('') }
}

const fails = (error: Error) => () => Promise.reject(error)

test('what goes well ends as the process does', async () => {
  expect(await run(() => Promise.resolve())).toEqual({ codes: [], said: '' })
})

test('settings that can not be used are told in a line for each fault, also where they are a cause', async () => {
  const faults = new ConfigError(['a is no', 'b neither'])
  expect(await run(fails(faults))).toEqual({ codes: [78], said: 'lamp: a is no\n  b neither\n' })
  expect(await run(fails(new Error('cannot start', { cause: faults })))).toEqual({
    codes: [78],
    said: 'lamp: cannot start\n',
  })
})

test('what has a code is told in a line, a bug with its stack', async () => {
  const known = Object.assign(new Error('odd'), { code: 'ERR_ODD' })
  expect(await run(fails(known))).toEqual({ codes: [70], said: 'lamp: odd\n' })
  const { codes, said } = await run(fails(new TypeError('x is not a function')))
  expect([codes, said]).toEqual([[70], expect.stringMatching(/^lamp: TypeError: x is not a function\n {2}at /)])
})
