import { expect, test } from '@jest/globals'
import { describeEnd, hasEnded, startChild, stopChild, tellLines } from '../../lib/process/child.js'
import { testTrain } from '../../lib/testing/index.js'
import { until } from '../support/supplied.js'

const command = (script: string) => ({ command: ['sh', '-c', script], cwd: null, killMs: 1000 })

test('says how a child ended', async () => {
  expect([describeEnd(3, null), describeEnd(null, 'SIGKILL')]).toEqual(['with code 3', 'by SIGKILL'])
  const child = await startChild(command('exit 0'))
  await until(() => hasEnded(child))
  await stopChild(testTrain().esc, child, 1000)
})

test('tells what a child says, long lines in part', async () => {
  const { train, log } = testTrain()
  const child = await startChild(command('echo one; printf "%05000d" 7'))
  tellLines(child.stdout, train.log, child.pid)
  await until(() => log.length === 2)
  expect(log.map(({ message }) => message.length)).toEqual([3, 4096])
})
