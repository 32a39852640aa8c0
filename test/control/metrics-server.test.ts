import { expect, test } from '@jest/globals'
import { MetricsServer } from '../../lib/control/index.js'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement } from '../../lib/movement/index.js'

async function start(token: string | null = null) {
  const store = new Store('lamp', new Escapement())
  const metric = { name: 'lamp_level', kind: 'gauge' as const }
  new Item<number>(store, 'level', { type: 'numeric', doc: 'Its level.', initial: 3, metric })
  const server = new MetricsServer({ store, listen: { host: '127.0.0.1', port: 0 }, token })
  await server.start()
  return { server, store, url: `http://127.0.0.1:${server.address?.port}` }
}

test('metrics are served as Prometheus reads them, and nothing else is', async () => {
  const { server, url } = await start()
  const answer = await fetch(`${url}/metrics?x=1`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(await answer.text()).toContain('lamp_level{app="lamp"} 3\n')
  expect((await fetch(`${url}/`)).status).toBe(404)
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405)
  server.close()
  await expect(fetch(`${url}/metrics`)).rejects.toThrow()
})

test('where there is a token it must be shown', async () => {
  const { server, url } = await start('secret')
  const ask = async (authorization?: string): Promise<number> =>
    (await fetch(`${url}/metrics`, { headers: authorization === undefined ? {} : { authorization } })).status
  expect([await ask(), await ask('Bearer wrong'), await ask('secret'), await ask('Bearer secret')]).toEqual([
    401, 401, 401, 200,
  ])
  server.close()
})

test.each(['', '0.0.0.0', '192.0.2.1', '::', 'example.org'])(
  'where other machines can ask there must be one: %p',
  (host) => {
    const store = new Store('lamp', new Escapement())
    expect(() => new MetricsServer({ store, listen: { host, port: 1 }, token: null })).toThrow(
      /metrics.token must be set/,
    )
  },
)

test('an address that is taken is a clear error; without one nothing is opened', async () => {
  const { server, store } = await start()
  const listen = { host: '127.0.0.1', port: server.address?.port ?? 0 }
  await expect(new MetricsServer({ store, listen, token: null }).start()).rejects.toMatchObject({
    code: 'ERR_METRICS',
    message: /EADDRINUSE; set metrics.listen/,
  })
  server.close()
  const none = new MetricsServer({ store, listen: null, token: null })
  await none.start()
  expect(none.address).toBeNull()
  none.close()
})
