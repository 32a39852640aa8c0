import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { logBaseConfig } from '../../lib/log/config.js'

test('without configuration the log goes to stderr from level info on', () => {
  const { log } = gather({ log: logBaseConfig }, { argv: [], env: {} })
  expect(log).toEqual({ level: 'info', file: null, format: 'auto' })
})
