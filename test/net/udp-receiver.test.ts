import { expect, test } from '@jest/globals'
import { UdpReceiver } from '../../lib/net/udp-receiver.js'
import { testTrain } from '../../lib/testing/index.js'

// What it does for a train is told by the tests of UdpSupply.
test('one that never opened has no address, and closes', () => {
  const { esc, train, log } = testTrain()
  const options = {
    host: '127.0.0.1',
    port: 0,
    activated: null,
    encoding: 'utf8',
    receiveBytes: null,
    backlogBytes: 0,
  } as const
  const receiver = new UdpReceiver(esc, train.log, options, { arrived: () => undefined })
  receiver.close()
  expect([receiver.progress().address, log]).toEqual([null, []])
})
