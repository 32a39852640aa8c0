import { expect, test } from '@jest/globals'
import { gather } from '../../../lib/conf/index.js'
import { itemsBaseConfig } from '../../../lib/items/index.js'

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
