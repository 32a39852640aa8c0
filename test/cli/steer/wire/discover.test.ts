import { expect, test } from '@jest/globals'
import { startLamp } from './daemon.js'

test('who is there is told, with its ports', async () => {
  const { ask, stop } = await startLamp()
  expect(JSON.parse(ask('discover', '--json').stdout)).toContainEqual(
    expect.objectContaining({ store: 'lamp', alias: 'main', host: '127.0.0.1' }),
  )
  expect(await stop()).toBe(0)
}, 60_000)
