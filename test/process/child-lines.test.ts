import { expect, test } from '@jest/globals'
import { ChildLines } from '../../lib/process/child-lines.js'
import { testTrain } from '../../lib/testing/index.js'
import { until } from '../support/supplied.js'

// How it serves a train is told by the tests of ExecSupply.
test('cuts a line that is too long, and says so', async () => {
  const { esc, train, log } = testTrain()
  const got: unknown[] = []
  const limits = {
    restart: 'never',
    retryMs: 1,
    retryMaxMs: 1,
    encoding: 'utf8',
    keepCarriageReturns: false,
    lineMax: 4,
    longLines: 'cut',
  } as const
  const target = { arrived: (what: object) => got.push(what), ended: () => got.push('end'), failed: () => undefined }
  const lines = new ChildLines(
    esc,
    train.log,
    { command: ['echo', '0123456'], cwd: null, killMs: 1, ...limits },
    target,
  )
  await lines.open()
  await until(() => got.includes('end'))
  expect([got, log[0]?.message]).toEqual([
    [{ lines: '0123', bytes: 4 }, 'end'],
    expect.stringMatching(/a line of 8 bytes is above lineMax \(4\)/),
  ])
})
