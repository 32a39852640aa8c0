import { afterEach, expect, test } from '@jest/globals'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { SyslogDrain, type SyslogDrainOptions } from '../../cogs/syslog-drain.js'
import { SyslogSupply } from '../../cogs/syslog-supply.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { freePort, has, startServer } from '../support/real-server.js'
import { Cleanups, drained, supplied, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (options: SyslogDrainOptions<unknown>) =>
  drained<unknown, SyslogDrain<unknown>>(
    cleanups,
    (train) => new SyslogDrain<unknown>(train, { hostname: 'web1', ...options }),
  )

const message = {
  facility: 4,
  severity: 'err',
  appName: 'su',
  procId: '7',
  timestamp: '2026-01-05T10:00:00Z',
  message: 'two\nlines',
}
const TEXT = '<35>1 2026-01-05T10:00:00Z web1 su 7 - - two\nlines'

test.each([
  ['udp', {}, TEXT],
  ['tcp', {}, TEXT],
  ['tcp', { framing: 'line' }, TEXT.replace('\n', '#012')],
] as const)('sends over %s, with %j', async (transport, options, expected) => {
  const server = await supplied(cleanups, (train) => new SyslogSupply(train, { transport, port: 0 }))
  const port = Number(server.supply.progress().address?.split(':').at(-1))
  const { supply, isDone } = await start({ transport, port, ...options })
  supply.push(message, 'plain')
  await isDone(2)
  await server.got(2)
  expect(server.data).toEqual([expected, '<13>1 2026-01-01T00:00:00.000Z web1 deadbeat - - - plain'])
})

test('sends by TLS', async () => {
  const { ca, server: pair } = makeCertificates(temporary())
  const server = await supplied(cleanups, (train) => new SyslogSupply(train, { transport: 'tcp', port: 0, tls: pair }))
  const port = Number(server.supply.progress().address?.split(':').at(-1))
  const { supply } = await start({ transport: 'tcp', port, tls: { on: true, ca }, getter: itemGetter('log') })
  supply.push({ log: message })
  await server.got(1)
  expect(server.data).toEqual([TEXT])
})

test('what has no text fails alone', async () => {
  const { supply, dead } = await start({ port: 9 })
  supply.push({ severity: 'err' })
  expect(dead[0]?.error.message).toMatch(/a message of syslog must have a text: it is undefined/)
})

test('sends to a socket such as /dev/log, or says what that needs', async () => {
  const path = join(temporary(), 'log')
  if (native === null) {
    await expect(start({ transport: 'unix', path })).rejects.toMatchObject({ code: 'ENOTSUP' })
    return
  }
  const server = await supplied(cleanups, (train) => new SyslogSupply(train, { transport: 'unix', path }))
  const { supply } = await start({ transport: 'unix', path, format: 'rfc3164' })
  supply.push({ ...message, timestamp: null, message: 'one' })
  await server.got(1)
  expect(server.data).toEqual([expect.stringMatching(/^<35>(Jan|Dec) [ \d]\d \d\d:\d\d:00 web1 su\[7\]: one$/)])
})

test('refuses a limit that is none', () => {
  expect(() => new SyslogDrain(testTrain().train, { datagramMax: 0 })).toThrow(
    'datagramMax must be at least 1: it is 0',
  )
})

if (has('rsyslogd')) {
  test.each([{}, { framing: 'line' }, { format: 'rfc3164' }] as const)(
    'is understood by rsyslog, with %j',
    async (options) => {
      const directory = temporary()
      const port = await freePort()
      const [conf, out] = [join(directory, 'rsyslog.conf'), join(directory, 'out')]
      writeFileSync(
        conf,
        `global(workDirectory="${directory}")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="in")
template(name="line" type="string" string="%pri% %hostname% %app-name% %procid% %msgid% %structured-data% %msg%\\n")
ruleset(name="in") { action(type="omfile" file="${out}" template="line") }
`,
      )
      await startServer(cleanups, port, 'rsyslogd', ['-n', '-f', conf, '-i', join(directory, 'pid')])
      const { supply, isDone } = await start({ transport: 'tcp', port, ...options })
      supply.push(
        { ...message, message: 'one', msgId: 'ID1', structuredData: { 'x@1': { a: 'b"]' } } },
        { ...message, message: 'two' },
      )
      await isDone(2)
      const lines = () =>
        existsSync(out)
          ? readFileSync(out, 'utf8')
              .split('\n')
              .filter((line) => line.includes(' su '))
          : []
      await until(() => lines().length === 2)
      const isOld = 'format' in options
      expect(lines()).toEqual([
        isOld ? '35 web1 su 7 - -  one' : '35 web1 su 7 ID1 [x@1 a="b\\"\\]"] one',
        expect.stringMatching(/^35 web1 su 7 - - {1,2}two$/),
      ])
    },
  )
}
