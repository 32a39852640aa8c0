import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { MAKING_DEFAULTS, NATS_DEFAULTS, makingConfig, natsConfig } from '../../lib/stream/config.js'

test('what nobody sets is the same in an app and in code', () => {
  const settings = gather({ nats: natsConfig, making: makingConfig }, { argv: [], env: {} })
  expect(settings).toEqual({ nats: NATS_DEFAULTS, making: MAKING_DEFAULTS })
})
