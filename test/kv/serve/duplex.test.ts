import { Cleanups } from '../../support/supplied.js'
import { bytes, startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('ends a stream on which something comes that is no message, and no other', async () => {
  const { raw } = await startServed(cleanups)
  const [good, bad, long] = [raw.stream('watch'), raw.stream('watch'), raw.stream('watch')]
  good.send({ create: { key: 'a' } })
  expect(await good.next()).toMatchObject({ created: true })
  bad.send(Buffer.from('ffffffff', 'hex'))
  expect(await bad.ended).toMatchObject({ code: 3, details: expect.stringMatching(/no message of etcd/) })
  long.send({ create: { key: 'x'.repeat(1_600_000) } })
  expect(await long.ended).toMatchObject({ code: 3, details: 'etcdserver: request is too large' })
  await raw.ask('put', { key: 'a', value: bytes('1') })
  expect(await good.next()).toMatchObject({ events: [{ kv: { key: 'a' } }] })
})

it('reads the next question only when the one before is done with', async () => {
  const { raw, engine } = await startServed(cleanups)
  const { id } = await raw.ask('grant', { ttl: 10 })
  const keepAlive = engine.keepAlive.bind(engine)
  const asked: bigint[] = []
  let go = (): void => undefined
  engine.keepAlive = async (lease) => {
    asked.push(lease)
    if (lease === id) await new Promise<void>((resolve) => (go = resolve))
    return keepAlive(lease)
  }
  const stream = raw.stream('keepAlive')
  for (const lease of [id, 98n, 99n]) stream.send({ id: lease })
  while (asked.length === 0) await raw.ask('status', {})
  for (let i = 0; i < 5; i++) await raw.ask('status', {})
  expect(asked).toEqual([id])
  go()
  for (const lease of [id, 98n, 99n]) expect((await stream.next()).id).toBe(lease)
})

it('lets a client go that cancels, or has no more to say', async () => {
  const { raw, engine } = await startServed(cleanups)
  let closed = 0
  const watch = engine.watch.bind(engine)
  engine.watch = (...asked) => {
    const real = watch(...asked)
    return { askProgress: () => real.askProgress(), close: () => { closed++; real.close() } } // prettier-ignore
  }
  const [gone, quiet] = [raw.stream('watch'), raw.stream('watch')]
  for (const stream of [gone, quiet]) stream.send({ create: { key: 'a' } })
  for (const stream of [gone, quiet]) expect(await stream.next()).toMatchObject({ created: true })
  quiet.end()
  expect(await quiet.ended).toMatchObject({ code: 0 })
  gone.cancel()
  expect(await gone.ended).toMatchObject({ code: 1 })
  while (closed < 2) await raw.ask('status', {})
})
