import { expect, test } from '@jest/globals'
import { runChild, startedWith } from '../../../lib/cli/kv/run-child.js'

const env = { PATH: process.env['PATH'] }

test('a command ends with its code, or, ended by a signal, with what a shell would say', async () => {
  const input = Buffer.alloc(0)
  expect(await runChild(['sh', '-c', 'exit 7'], { env, input })).toEqual({ code: 7, by: null })
  const started = (kill: (signal: NodeJS.Signals) => void): void => kill('SIGTERM')
  expect(await runChild(['sleep', '60'], { env, input, started })).toEqual({ code: 143, by: 'SIGTERM' })
})

test('what is not there is 127, what may not be run 126, as in a shell', async () => {
  await expect(runChild(['no-such-program'], { env })).rejects.toMatchObject({ exitCode: 127 })
  await expect(runChild(['/dev/null'], { env })).rejects.toMatchObject({ exitCode: 126 })
})

test('a value that the command does not read is no failure', async () => {
  expect(await runChild(['true'], { env, input: Buffer.alloc(1_000_000) })).toEqual({ code: 0, by: null })
})

test('messages show the first word', () => {
  expect([startedWith(['a', 'b']), startedWith(['a'])]).toEqual(['a …', 'a'])
})
