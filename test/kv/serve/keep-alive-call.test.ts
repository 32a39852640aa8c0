import { Cleanups } from '../../support/supplied.js'
import { startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('answers each question in its turn, and a lease that is gone with 0', async () => {
  const { raw, clock } = await startServed(cleanups)
  const { id } = await raw.ask('grant', { ttl: 10 })
  const stream = raw.stream('keepAlive')
  stream.send({ id })
  expect(await stream.next()).toMatchObject({ id, ttl: 10, header: { revision: 1 } })
  clock.advance(9000)
  stream.send({ id })
  stream.send({ id: 99n })
  expect([await stream.next(), await stream.next()]).toMatchObject([{ id, ttl: 10 }, { id: 99n, ttl: 0 }]) // prettier-ignore
  clock.advance(9000)
  expect((await raw.ask('timeToLive', { id })).ttl).toBe(1)
})

it('answers what was asked before the client said that it has no more to ask', async () => {
  const { raw } = await startServed(cleanups)
  const { id } = await raw.ask('grant', { ttl: 10 })
  const stream = raw.stream('keepAlive')
  for (let i = 0; i < 3; i++) stream.send({ id })
  stream.end()
  for (let i = 0; i < 3; i++) expect(await stream.next()).toMatchObject({ id, ttl: 10 })
  expect(await stream.ended).toMatchObject({ code: 0 })
})
