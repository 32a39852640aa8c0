import { spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { expect, test } from '@jest/globals'
import { activatedFd } from '../../lib/net/activated.js'
import { root } from '../support/sources.js'

const SOCKETS = ['a', 'b', '0'].map((name, i) => ({ name, fd: 3 + i }))

test('finds a socket by its name, else by its number', () => {
  expect(['a', 'b', '0', '1', '2'].map((name) => activatedFd(name, SOCKETS))).toEqual([3, 4, 5, 4, 5])
})

test('says what was passed where the socket is not there', () => {
  expect(() => activatedFd('c', SOCKETS)).toThrow(
    expect.objectContaining({
      code: 'ENOENT',
      message: 'no socket "c" was passed by systemd: it passed 3, "a, b, 0"',
    }),
  )
  expect(() => activatedFd('3', SOCKETS)).toThrow('no socket "3"')
})

test('this process was given none', () => {
  expect(() => activatedFd('a')).toThrow('it passed none')
})

/** What a supply gives first that is started with this descriptor, as systemd would start it. */
async function firstOf(cog: string, name: string, options: string, fd: number): Promise<string> {
  const script = `const { Escapement, Train } = await import('${root}dist/lib/movement/index.js')
    const { ${name} } = await import('${root}dist/cogs/${cog}.js')
    const train = new Train(Escapement.instance)
    train.line(new ${name}(train, { activated: 'sock', ${options} }), (datum) => {
      console.log(JSON.stringify(datum))
      process.exit()
    })
    await train.run()`
  const shell = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=sock exec "$0" --input-type=module -e "$1"'
  const child = spawn('/bin/sh', ['-c', shell, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit', fd],
    timeout: 60_000,
  })
  let told = ''
  child.stdout?.on('data', (chunk: Buffer) => (told += String(chunk)))
  await once(child, 'close')
  return told
}

/** The descriptor of a socket of Node, which tells it nobody. */
function fdOf(socket: Server | Socket): number {
  const state = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol')
  const at: unknown = state === undefined ? undefined : Reflect.get(socket, state)
  const handle: unknown = at === undefined ? Reflect.get(socket, '_handle') : (at as { handle: unknown }).handle
  return (handle as { fd: number }).fd
}

test.each([
  ['udp-supply', 'UdpSupply', 'port: 0', 'hello'],
  ['syslog-supply', 'SyslogSupply', "port: 0, transport: 'udp'", '<13>hello'],
])('%s receives at a socket that a service manager opened', async (cog, name, options, message) => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  await new Promise((resolve) => socket.send(message, socket.address().port, '127.0.0.1', resolve)) // It waits there.
  const told = firstOf(cog, name, options, fdOf(socket))
  socket.close() // The child has its own.
  expect(await told).toContain('hello')
})

test.each([
  ['tcp-supply', 'TcpSupply', 'port: 0', 'hello\n'],
  ['syslog-supply', 'SyslogSupply', "port: 0, transport: 'tcp'", '<13>hello\n'],
  ['http-supply', 'HttpSupply', 'port: 0', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhello\n'],
])('%s takes connections at one', async (cog, name, options, message) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const told = firstOf(cog, name, options, fdOf(server))
  server.close() // Else it would take the connection itself.
  const client = connect(port, '127.0.0.1').on('error', () => undefined)
  client.write(message)
  expect(await told).toContain('hello')
  client.destroy()
})
