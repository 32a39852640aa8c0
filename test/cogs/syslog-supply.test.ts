import { afterEach, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect as connectTls } from 'node:tls'
import { readFileSync, writeFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { native } from 'inotify-ts/native'
import { ParseSyslog } from '../../cogs/parse-syslog.js'
import { SyslogSupply, type SyslogSupplyOptions } from '../../cogs/syslog-supply.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { freePort, has, startServer } from '../support/real-server.js'
import { Cleanups, supplied, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)
const run = promisify(execFile)

async function start(options: Partial<SyslogSupplyOptions<string>>) {
  const rig = await supplied(cleanups, (train) => new SyslogSupply(train, { port: 0, ...options }))
  const port = Number(rig.supply.progress().address?.split(':').at(-1))
  const parse = new ParseSyslog(testTrain().train)
  return { ...rig, port, messages: () => rig.data.map((text) => parse.compute(text as string)) }
}

test('takes messages over UDP', async () => {
  const { port, got, data } = await start({})
  const socket = createSocket('udp4')
  cleanups.add(() => socket.close())
  socket.send('<38>Nov 21 10:00:00 web1 sshd[812]: Connection closed\n', port, '127.0.0.1')
  await got(1)
  expect(data).toEqual(['<38>Nov 21 10:00:00 web1 sshd[812]: Connection closed'])
})

test('takes messages over TCP, with lengths from one peer and by line from another', async () => {
  const { port, got, data } = await start({ transport: 'tcp' })
  for (const text of ['5 <1>ab5 <2>cd', '<3>ef\n<4>gh\n']) connect(port, '127.0.0.1').end(text)
  await got(4)
  expect([...data].sort()).toEqual(['<1>ab', '<2>cd', '<3>ef', '<4>gh'])
})

test('takes messages by TLS', async () => {
  const { ca, server } = makeCertificates(temporary())
  const { port, got, data } = await start({ transport: 'tcp', tls: server })
  connectTls({ port, host: '127.0.0.1', ca: readFileSync(ca) }).end('5 <1>ab')
  await got(1)
  expect(data).toEqual(['<1>ab'])
})

test('cuts off a peer whose messages have no lengths any more', async () => {
  const { port, log, supply } = await start({ transport: 'tcp' })
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  socket.write('5 <1>abx')
  await until(() => socket.closed)
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(
    /a message must begin with its length and a space: it begins with "x"/,
  )
  expect(supply.progress()).toMatchObject({ connections: 0 })
})

test('refuses a limit below what every receiver has to take', () => {
  expect(() => new SyslogSupply(testTrain().train, { lineMax: 479 })).toThrow('lineMax must be at least 480: it is 479')
})

if (has('logger')) {
  const say = ['--tag', 'me', '--id=7', '-p', 'auth.err', 'a word']
  const expected = { facility: 4, severity: 3, appName: 'me', procId: '7', message: 'a word' }

  test.each([
    ['udp', ['-d', '--rfc5424']],
    ['udp', ['-d', '--rfc3164']],
    ['tcp', ['-T', '--rfc5424']],
    ['tcp', ['-T', '--rfc5424', '--octet-count']],
  ] as const)('takes over %s what logger sends with %j', async (transport, flags) => {
    const { port, got, messages } = await start({ transport })
    await run('logger', ['-n', '127.0.0.1', '-P', String(port), ...flags, ...say])
    await got(1)
    expect(messages()).toMatchObject([expected])
  })

  if (native !== null) {
    test('takes what logger writes to a socket such as /dev/log', async () => {
      const path = join(temporary(), 'log')
      const { got, messages } = await start({ transport: 'unix', path })
      await run('logger', ['-u', path, '--socket-errors=on', ...say])
      await got(1)
      expect(messages()).toMatchObject([expected])
    })
  }
}

if (has('rsyslogd')) {
  test.each(['octet-counted', 'traditional'])('takes what rsyslog forwards, %s', async (framing) => {
    const { port, got, messages } = await start({ transport: 'tcp' })
    const directory = temporary()
    const input = await freePort()
    const conf = join(directory, 'rsyslog.conf')
    writeFileSync(
      conf,
      `global(workDirectory="${directory}")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="${input}")
action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" TCP_Framing="${framing}" template="RSYSLOG_SyslogProtocol23Format")
`,
    )
    await startServer(cleanups, input, 'rsyslogd', ['-n', '-f', conf, '-i', join(directory, 'pid')])
    connect(input, '127.0.0.1').end(
      '<34>1 2026-01-05T10:00:00Z web1 su 7 ID1 [x@1 a="b"] one\n<35>1 2026-01-05T10:00:00Z web1 su 7 - - two\n',
    )
    await until(() => messages().filter(({ appName }) => appName === 'su').length === 2)
    await got(2)
    expect(messages().filter(({ appName }) => appName === 'su')).toMatchObject([
      {
        facility: 4,
        severity: 2,
        hostname: 'web1',
        procId: '7',
        msgId: 'ID1',
        structuredData: { 'x@1': { a: 'b' } },
        message: expect.stringMatching(/^ ?one$/),
      },
      { severity: 3, message: expect.stringMatching(/^ ?two$/) },
    ])
  })
}
