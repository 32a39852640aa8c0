import { writeFileSync } from 'node:fs'
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

test('rules say which paths clients may read and set', async () => {
  const file = `${temporary()}/rights.json`
  const rule = (may: string, on: string): object => ({ who: 'anonymous', may, on })
  writeFileSync(file, JSON.stringify({ rules: [rule('read', '/open/*'), rule('set', '/open/in/*')] }))
  const { runIn, run } = startKv()
  await run('put', '/closed', '1')
  const ctrlC = new AbortController()
  const said = await new Promise<string>((heard) => {
    cleanups.add(() => serving)
    const around = { heard, interrupt: ctrlC.signal }
    const serving = runIn(around, 'serve', '--listen', '127.0.0.1:0', '--json', '--rights', file)
    cleanups.add(() => ctrlC.abort('SIGINT'))
  })
  const kv = new Etcd3Backend({ endpoints: [(JSON.parse(said) as { listening: string }).listening] })
  await kv.put('/open/in/a', 'b')
  const [[value], [keys]] = [await kv.get('/open/in/a'), await kv.listKeys('/open/in/')]
  expect([value, keys]).toEqual(['b', ['/open/in/a']])
  await expect(kv.put('/open/a', 'b')).rejects.toThrow('permission denied')
  await expect(kv.get('/closed')).rejects.toThrow('permission denied')
  await expect(kv.listKeys('/')).rejects.toThrow('permission denied')
  await kv.close()
  expect(await run('serve', '--listen', '127.0.0.1:0', '--rights', `${file}.none`)).toMatchObject({ status: 78 })
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
