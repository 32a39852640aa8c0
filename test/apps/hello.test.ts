import { expect, test } from '@jest/globals'
import { scratch, startDeadbeat } from '../app/scratch.js'

test('greets three times and ends by itself', async () => {
  const { ended } = await startDeadbeat(scratch({}), ['run', 'hello', '--every.period-ms', '5ms'], 'Hello, number 1!\n')
  expect(await ended).toMatchObject({ status: 0, signal: null })
})

test('goes on until a signal comes, if it is told to', async () => {
  const argv = ['run', 'hello', '--every.period-ms', '5ms', '--every.count', '1000000']
  const { child, ended } = await startDeadbeat(scratch({}), argv, 'Hello, number 1!\n')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0, signal: null })
})
