import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { controlBaseConfig, metricsBaseConfig } from '../../lib/control/index.js'

test('there is a control socket, and no metrics, unless the operator says otherwise', () => {
  const schema = { control: controlBaseConfig, metrics: metricsBaseConfig }
  expect(gather(schema, { argv: [], env: {}, file: null })).toEqual({
    control: { enabled: true, socket: null, mode: 0o600, rights: null, audit: null },
    metrics: { listen: null, token: null },
  })
})
