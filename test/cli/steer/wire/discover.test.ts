import { expect, test } from '@jest/globals'
import { scratch } from '../../../app/scratch.js'
import { startLamp } from './daemon.js'

/** Daemons that are remembered, and dead. */
const BLOCKS = ['heater', 'pump'].map((store) => [
  `client/cache/${store}/a-1.json`,
  JSON.stringify({
    ...{ store, alias: 'main', uuid: `${store}-1`, time: 5, hash: 7, items: { level: {} } },
    provenance: [{ stratum: 0, hostname: '127.0.0.1', rep: 1, pub: 2 }],
  }),
])

test('who is there is told, with its ports, and who is remembered and doesn’t answer', async () => {
  const { ask, stop } = await startLamp()
  const home = scratch(Object.fromEntries(BLOCKS) as Record<string, string>)
  const { status, stdout, stderr } = ask('discover', '--json', '--home', home)
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ store: 'lamp', alias: 'main', host: '127.0.0.1' }),
  )
  expect(stderr.split('\n').sort()).toEqual([
    '',
    'heater.main does not answer at 127.0.0.1:1',
    'pump.main does not answer at 127.0.0.1:1',
  ])
  expect([status, await stop()]).toEqual([0, 0])
})
