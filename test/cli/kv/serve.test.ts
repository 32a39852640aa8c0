import { Etcd3Backend } from '../../../lib/kv/index.js'
import { serveFile } from '../../kv/serve/child.js'
import { Cleanups } from '../../support/supplied.js'
import { StandInManager } from '../../support/service-manager.js'
import { temporary } from '../../support/temporary.js'
import { withNative } from '../../support/with-native.js'
import { startKv } from './run-kv.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

test('it says where it listens, serves what the other commands see, and ends with Ctrl-C: code 0', async () => {
  const { runIn, run } = startKv()
  const ctrlC = new AbortController()
  const said = await new Promise<string>((heard) => {
    cleanups.add(() => serving)
    const serving = runIn({ heard, interrupt: ctrlC.signal }, 'serve', '--listen', '127.0.0.1:0', '--json')
    cleanups.add(() => ctrlC.abort('SIGINT'))
  })
  const { listening, store, pid } = JSON.parse(said) as { listening: string; store: string; pid: number }
  expect([store, pid]).toEqual(['memory', process.pid])
  const kv = new Etcd3Backend({ endpoints: [listening] })
  await kv.put('/a', 'here')
  await kv.close()
  expect((await run('get', '/a')).stdout).toBe('here\n')
})

test('in words it says the same', async () => {
  const { runIn } = startKv()
  const ctrlC = new AbortController()
  const around = { heard: () => ctrlC.abort('SIGINT'), interrupt: ctrlC.signal }
  expect(await runIn(around, 'serve', '--listen', '127.0.0.1:0')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^serving memory at 127\.0\.0\.1:\d+\n$/),
    stderr: '',
  })
})

test('other machines may not come in without certificates: code 64, and what to do', async () => {
  const { run } = startKv()
  const { status, stderr } = await run('serve', '--listen', '0.0.0.0:2379')
  expect([status, stderr]).toEqual([
    64,
    'kv serve: other machines may come in only with TLS and certificates of clients, tls.cert, tls.key and tls.ca: ' +
      'it is to listen at 0.0.0.0:2379, which is no loopback address\n',
  ])
})

test('what is no address, and a limit of nothing, is a wrong use', async () => {
  const { run } = startKv()
  expect(await run('serve', '--listen', 'here')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/HOST:PORT/),
  })
  expect(await run('serve', '--watches-max', '0')).toMatchObject({ status: 64 })
})

withNative('a service manager is told that it listens, and that it stops', async () => {
  const manager = new StandInManager(`${temporary()}/notify`)
  cleanups.add(() => manager.close())
  const { said, end } = await serveFile(cleanups, `${temporary()}/kv`, 0, { NOTIFY_SOCKET: manager.address })
  expect(await manager.hear('READY=1')).toMatchObject({ MAINPID: String(said.pid) })
  expect(await end('SIGTERM')).toBe(0)
  await manager.hear('STOPPING=1')
})
