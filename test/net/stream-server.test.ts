import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect } from 'node:net'
import { FRAMING_DEFAULTS, makeFramer } from '../../lib/net/framing.js'
import { StreamServer } from '../../lib/net/stream-server.js'
import { TLS_SERVER_DEFAULTS } from '../../lib/net/tls-options.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { temporary } from '../support/temporary.js'
import { until } from '../support/supplied.js'

// What it does for a train is told by the tests of TcpSupply and UnixSupply.
function server(port: number, got: unknown[], tls = TLS_SERVER_DEFAULTS) {
  const { esc, train } = testTrain()
  const framer = (onLong: (message: string) => void) => makeFramer(FRAMING_DEFAULTS, onLong)
  const options = { address: { host: '127.0.0.1', port }, tls, connectionsMax: 10, idleMs: null, framer }
  return new StreamServer(esc, train.log, options, { arrived: (what) => got.push(what) })
}

test('one that speaks TLS takes the address of one that did not, and its connections', async () => {
  const got: unknown[] = []
  const old = server(0, got)
  await old.open()
  const port = Number(old.progress().address?.split(':')[1])
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  await until(() => old.progress().connections === 1)
  // The same address as it was asked for, though any port that is free is another one each time.
  const next = server(0, got, { ...makeCertificates(temporary()).server, ca: null })
  next.inherit(old)
  await next.open()
  await old.close()
  socket.write('one\n')
  await until(() => got.length === 1)
  expect(next.progress()).toMatchObject({ connections: 1 })
  await next.close()
  await until(() => socket.closed)
})

test('a second close does nothing', async () => {
  const one = server(0, [])
  await one.open()
  await one.close()
  await one.close()
  expect(one.progress().address).toBeNull()
})
