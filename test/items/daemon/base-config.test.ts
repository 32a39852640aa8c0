import { expect, test } from '@jest/globals'
import { gather } from '../../../lib/conf/index.js'
import { itemsBaseConfig } from '../../../lib/items/index.js'
import { PUBLISH_SERVER_DEFAULTS } from '../../../lib/wire/publish/publish-server.js'
import { REQUEST_SERVER_DEFAULTS } from '../../../lib/wire/request/request-server.js'

test('items are served to nobody, and on loopback only, unless somebody says otherwise', () => {
  const { items } = gather({ items: itemsBaseConfig }, { argv: [], env: {} })
  expect(items).toMatchObject({ enabled: false, listen: '127.0.0.1', insecure: false, port: null, pubPort: null })
  const argv = [
    '--items.listen',
    '192.0.2.1',
    '--items.registries',
    'a',
    '--items.registries',
    'b:9',
    '--no-items.announce',
  ]
  expect(gather({ items: itemsBaseConfig }, { argv, env: {} }).items).toMatchObject({
    ...{ listen: '192.0.2.1', registries: ['a', 'b:9'], announce: false },
  })
})

test('the limits are those that hold where nothing is said', () => {
  const { items } = gather({ items: itemsBaseConfig }, { argv: [], env: {} })
  const { clientInFlightMax, inFlightMax, clientBurstMax, messageBytesMax } = REQUEST_SERVER_DEFAULTS
  const { queueMax: publishQueueMax, topicsBytesMax } = PUBLISH_SERVER_DEFAULTS
  expect(items).toMatchObject({ clientInFlightMax, inFlightMax, clientBurstMax, messageBytesMax, clientRateMax: null })
  expect(items).toMatchObject({ publishQueueMax, topicsBytesMax })
})
