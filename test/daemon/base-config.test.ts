import { gather } from '../../lib/conf/index.js'
import { daemonBaseConfig } from '../../lib/daemon/index.js'

test('stays in the foreground unless it is told otherwise', () => {
  const cfg = gather({ daemon: daemonBaseConfig }, { argv: [], env: {} })
  expect(cfg.daemon).toMatchObject({ detach: false, readyTimeoutMs: 30_000, pidFile: null, user: null, umask: null })
})

test('the mode bits are octal, as chmod takes them', () => {
  const umask = (text: string) => gather({ daemon: daemonBaseConfig }, { argv: ['--daemon.umask', text], env: {} })
  expect(umask('027').daemon.umask).toBe(0o027)
  expect(() => umask('0999')).toThrow('daemon.umask')
})
