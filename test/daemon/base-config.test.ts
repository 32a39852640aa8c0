import { gather } from '../../lib/conf/index.js'
import { daemonBaseConfig } from '../../lib/daemon/index.js'

test('stays in the foreground unless it is told otherwise', () => {
  const cfg = gather({ daemon: daemonBaseConfig }, { argv: [], env: {} })
  expect(cfg.daemon).toEqual({ detach: false, readyTimeoutMs: 30_000 })
})
