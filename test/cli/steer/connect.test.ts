import { expect, test } from '@jest/globals'
import { join } from 'node:path'
import { ask, targetOf } from '../../../lib/cli/steer/connect.js'
import { scratch } from '../../app/scratch.js'
import { startLamp } from '../../support/lamp.js'

const APP = `import { app } from 'deadbeat/app'
export default app({ name: 'named', config: { a: { must: { doc: 'x', format: 'nat' } } }, build() {} })
`

test.each([
  ['lamp', null, { name: 'lamp', pattern: '*', rest: null }],
  ['lamp', 'a.b', { name: 'lamp', pattern: 'a.b', rest: null }],
  ['lamp.a.b', null, { name: 'lamp', pattern: 'a.b', rest: 'a.b' }],
  ['lamp.a.b', '5s', { name: 'lamp', pattern: '5s', rest: 'a.b' }],
])('%s %s', async (first, second, expected) => {
  expect(await targetOf(first, second, ['--socket', '/x'])).toEqual({ ...expected, socket: '/x' })
})

test('a daemon that is no app here is found by its name alone, in the runtime directory', async () => {
  expect((await targetOf('elsewhere', null, ['--runtime-dir', '/run/x'])).socket).toBe('/run/x/elsewhere.sock')
})

test('a flag in the place of the daemon is told as one', async () => {
  await expect(targetOf('--runtime-dir', '/x', [])).rejects.toMatchObject({
    exitCode: 64,
    message: 'the daemon is named first, then its flags: --runtime-dir is a flag',
  })
})

test('an app is found by its file, whether its settings are right or not', async () => {
  const file = join(scratch({ 'file.mjs': APP }), 'file.mjs')
  const short = await targetOf(file, null, ['--control.socket', '/tmp/own.sock'])
  expect(short.socket).toBe('/tmp/own.sock') // What must be set to run is of no account.
  const item = await targetOf(`${file}.Cog.a`, null, ['--runtime-dir', '/run/x'])
  expect(item).toEqual({ name: 'named', socket: '/run/x/named.sock', pattern: 'Cog.a', rest: 'Cog.a' })
  const wrong = await targetOf(file, 'x', ['--runtime-dir', '/run/x', '--unknown'])
  expect(wrong).toMatchObject({ name: 'named', socket: '/run/x/named.sock', pattern: 'x' })
  const right = await targetOf(file, null, ['--a.must', '1', '--control.socket', '/tmp/own.sock'])
  expect(right.socket).toBe('/tmp/own.sock')
})

test('a daemon is asked, and let go of', async () => {
  const { server, path } = await startLamp()
  const target = { name: 'lamp', socket: path, pattern: '*', rest: null }
  expect(await ask(target, (client) => client.request({ op: 'ping' }))).toMatchObject({ store: 'lamp' })
  await expect(ask(target, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  server.close()
})

test('what a daemon does not answer within the time is given up', async () => {
  const { server, path } = await startLamp()
  const target = { name: 'lamp', socket: path, pattern: '*', rest: null, timeoutMs: 1 }
  await expect(ask(target, () => new Promise(() => undefined))).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
  server.close()
})
