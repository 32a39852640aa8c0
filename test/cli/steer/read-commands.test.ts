import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { wholeNumber } from '../../../lib/cli/steer/read-commands.js'
import { startRelay } from './relay.js'

test('get, list and watch show what a running daemon is', async () => {
  const { ask, start, grow, stop } = await startRelay()
  expect(ask('get', 'relay.Dedupe.windowMs')).toEqual({ status: 0, stdout: '60000\n', stderr: '' })
  expect(ask('get', 'relay.LineDrain.mode').stdout).toBe('0640\n')
  expect(ask('get', 'apps/relay.ts', 'dedupe.accounts.*').stdout).toContain('Dedupe.accounts.swallowed = 1\n')
  const json = JSON.parse(ask('get', 'relay', 'train.*', '--json').stdout) as object
  expect(json).toEqual({
    ...{ 'train.inFlight': 0, 'train.inFlightBytes': 0, 'train.paused': false },
    'train.checkpoints': expect.stringMatching(/state\/relay\.checkpoint$/) as unknown,
    'train.checkpointStoredMs': expect.any(Number) as unknown,
    'train.checkpointTrouble': null,
  })
  expect(ask('list', 'relay.Dedupe.windowMs').stdout).toBe(
    'Dedupe.windowMs  numeric, ms, settable: How long a key is remembered.\n',
  )
  expect(JSON.parse(ask('list', 'relay', 'Dedupe.tap', '--json').stdout)).toMatchObject([{ isStream: true }])
  for (const command of ['get', 'list', 'watch']) {
    const { status, stderr } = ask(command, 'relay', 'Nobody.*')
    expect([status, stderr]).toEqual([69, expect.stringMatching(/has no item Nobody/)])
  }
  const { child, ended } = await start(['watch', 'relay.LineDrain.accounts.in', '--count', '2', '--json'], '"value":2')
  const more = once(child.stdout, 'data') as Promise<[Buffer]>
  grow('{"n":3}\n')
  const [piece] = await more
  const update = JSON.parse(String(piece)) as { value: number }
  expect([update.value, (await ended).status]).toEqual([3, 0])
  expect(await stop()).toBe(0)
})

test('watch ends with 0 once its reader has gone', async () => {
  const { start, grow, stop } = await startRelay()
  const { child, ended } = await start(['watch', 'relay.LineDrain.accounts.in'], 'accounts.in = ')
  child.stdout.destroy()
  grow('{"n":7}\n')
  expect(await ended).toMatchObject({ status: 0, stderr: '' })
  expect(await stop()).toBe(0)
})

test('where no daemon answers, the code is 69 and the message says where it was looked for', async () => {
  const { ask, stop, dir } = await startRelay()
  await stop()
  const { status, stderr } = ask('get', 'relay')
  expect([status, stderr]).toEqual([69, expect.stringContaining(`no app relay runs here (${dir}/run/relay.sock)`)])
})

test('a count is a whole number of at least 1', () => {
  expect(wholeNumber('12')).toBe(12)
  for (const text of ['0', '-1', 'x', '1.5', '']) expect(() => wholeNumber(text)).toThrow(/whole number/)
})
