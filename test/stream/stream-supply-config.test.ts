import { expect, test } from '@jest/globals'
import { JetStreamSupply } from '../../cogs/jetstream-supply.js'
import { gather } from '../../lib/conf/index.js'
import { streamSupplyConfig } from '../../lib/stream/stream-supply-config.js'
import { testTrain } from '../../lib/testing/index.js'

test('what nobody sets is the same in an app and in code', () => {
  const { s } = gather({ s: streamSupplyConfig }, { argv: ['--s.stream=S', '--s.consumer=c'], env: {} })
  const { options } = new JetStreamSupply(testTrain().train, { stream: 'S', consumer: 'c' })
  expect(options).toEqual({ ...s, encoding: 'utf8' })
})
