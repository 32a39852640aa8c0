import { Escapement } from '../../../lib/movement/index.js'
import { Peers } from '../../../lib/wire/request/peer.js'
import { Router } from '../../../lib/wire/request/router.js'
import type { Frames } from '../../../lib/wire/frames/message.js'
import { RawClient } from '../../support/raw-wire.js'
import { afterTest } from '../../support/wire.js'

async function start(queueMax = 1000) {
  let took: (frames: Frames) => void = () => undefined
  let left: (name: string) => void = () => undefined
  const router = new Router(
    {
      esc: Escapement.instance,
      ...{ address: '127.0.0.1', port: 0, messageBytesMax: 1e6, heartbeatMs: 15_000, queueMax },
    },
    { take: (frames) => took(frames), gone: ({ name }) => left(name), someoneLeft: () => undefined },
  )
  afterTest(() => router.close())
  const port = await router.open()
  const raw = new RawClient(port, { routingId: 'raw', receiveHighWaterMark: 1 })
  const peer = new Promise<Frames>((resolve) => (took = resolve)).then(([identity]) => new Peers().of(identity!))
  await raw.send('hello')
  return { router, raw, peer: await peer, gone: new Promise((resolve) => (left = resolve)) }
}

test('what has no room on its way waits, and arrives in order', async () => {
  const { router, raw, peer } = await start(10)
  const text = 'x'.repeat(100_000)
  for (let i = 0; i < 300; i++) await router.send(peer, [`${i}`, text])
  expect(peer.backlog.length).toBeGreaterThan(0)
  const received = await raw.receiveAll(300)
  expect(received.map(([number]) => number)).toEqual(received.map((_, i) => `${i}`))
  expect(peer.backlog).toHaveLength(0)
})

test('it is told who has left', async () => {
  const { router, peer, gone } = await start()
  peer.identity.set(Buffer.from('not'))
  void router.send(peer, ['hello'])
  expect(await gone).toBe('raw')
})
