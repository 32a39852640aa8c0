import { expect, test } from '@jest/globals'
import { HttpServer } from '../../lib/net/http-server.js'
import { TLS_SERVER_DEFAULTS } from '../../lib/net/tls-options.js'
import { testTrain } from '../../lib/testing/index.js'

// What it answers is told by the tests of HttpSupply.
test('one that never opened has no address, and closes', () => {
  const { train } = testTrain()
  const limits = { bodyMax: 1, connectionsMax: 1, requestsMax: 1 }
  const options = {
    ...limits,
    address: { host: '127.0.0.1', port: 0 },
    tls: TLS_SERVER_DEFAULTS,
    path: '/',
    token: null,
  }
  const server = new HttpServer(train.log, options, { posted: () => undefined })
  server.close()
  server.release()
  expect(server.progress()).toEqual({ address: null, connections: 0, refused: 0 })
})
