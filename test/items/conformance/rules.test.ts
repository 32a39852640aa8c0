// The rules by which a daemon works with clients written in Python, each over real sockets.
import { expect, test } from '@jest/globals'
import { Item, ItemDaemon, type Block, type ItemRequest } from '../../../lib/items/index.js'
import { RawClient, RawSubscriber } from '../../support/raw-client.js'
import { temporary } from '../../support/temporary.js'
import { startUnittest } from './unittest-daemon.js'

interface Told {
  readonly [uuid: string]: Block
}

test('1: an ACK comes at once, however much is under way and however long it takes', async () => {
  class Stuck extends ItemDaemon {
    override setup(): void {
      const never = new Promise(() => undefined)
      this.addItem(
        class extends Item {
          override reqSet(_request: ItemRequest): unknown {
            return never
          }
        },
        'stuck',
      )
    }
  }
  const { rep } = await startUnittest({ clientInFlightMax: 2000, drainMs: 1 }, new Stuck('unittest', 'unittest'))
  const client = new RawClient(rep)
  const count = 600
  for (let n = 0; n < count; n++) await client.send('a', `${n}`, 'SET', 'unittest.stuck', '', '{"value": 1}')
  for (let n = 0; n < count; n++) expect(await client.next()).toMatchObject({ id: `${n}`, type: 'ACK' })
  expect((await client.ask('GET', 'unittest.number')).payload).toMatchObject({ value: 1 })
})

test('2: each publication and each answer to a GET has a time, and a value or bytes with shape and dtype', async () => {
  const { rep, pub } = await startUnittest()
  const client = new RawClient(rep)
  const subscriber = new RawSubscriber(pub, 'unittest.typeless.')
  const bytes = Buffer.from(Float32Array.of(1, 2, 3).buffer)
  let n = 0
  const first = await subscriber.first(() => client.ask('SET', 'unittest.typeless', { value: ++n }))
  expect(first.payload).toMatchObject({ value: expect.any(Number), time: expect.any(Number) })
  await client.ask('SET', 'unittest.typeless', { shape: [3], dtype: 'float32' }, bytes)
  let published = await subscriber.next()
  while (published.bulk === null) published = await subscriber.next()
  expect(published).toMatchObject({ payload: { shape: [3], dtype: 'float32', time: expect.any(Number) } })
  expect(published.payload).not.toHaveProperty('value')
  expect(published.bulk.equals(bytes)).toBe(true)
  for (const refresh of [false, true]) {
    const reply = await client.ask('GET', 'unittest.typeless', { refresh })
    expect(reply.payload).toEqual({ shape: [3], dtype: 'float32', time: expect.any(Number) })
    expect(reply.bulk?.equals(bytes)).toBe(true)
  }
  for (const key of ['number', '_unittestclk', '_unittestcat', '_unittestdev'])
    expect((await client.ask('GET', `unittest.${key}`)).payload).toEqual({
      value: expect.anything(),
      time: expect.any(Number),
    })
})

test('3: a SET that changes the value is published before it is answered', async () => {
  const { daemon, rep, pub } = await startUnittest()
  const order: string[] = []
  daemon.store.onPublication(({ key }) => order.push(`published ${key}`))
  const client = new RawClient(rep)
  await client.ask('SET', 'unittest.number', { value: 2 }).then(() => order.push('answered'))
  await client.ask('SET', 'unittest.number', { value: 2 }).then(() => order.push('answered'))
  expect(order).toEqual(['published number', 'answered', 'answered'])
  const subscriber = new RawSubscriber(pub, 'unittest.number.')
  let n = 10
  await subscriber.first(() => client.ask('SET', 'unittest.number', { value: ++n }))
})

test('4: an error only where something failed, with a type of Python and a text', async () => {
  const { rep } = await startUnittest()
  const client = new RawClient(rep)
  const typeOf = async (type: string, target: string, payload: object | null = null): Promise<unknown> => {
    const { error = null } = (await client.ask(type, target, payload)).payload as {
      error?: { type: string; text: string }
    }
    if (error !== null) expect(error.text).toEqual(expect.stringMatching(/./))
    return error?.type ?? null
  }
  expect(await typeOf('GET', 'unittest.number')).toBeNull()
  expect(await typeOf('SET', 'unittest.number', { value: 3 })).toBeNull()
  expect(await typeOf('GET', 'unittest.nosuch')).toBe('KeyError')
  expect(await typeOf('CALL', 'unittest.nosuch')).toBe('KeyError')
  expect(await typeOf('SET', 'unittest.readonly', { value: 3 })).toBe('TypeError')
  expect(await typeOf('GET', 'unittest.writeonly')).toBe('TypeError')
  expect(await typeOf('GET', 'other.number')).toBe('ValueError')
  expect(await typeOf('GET', 'number')).toBe('ValueError')
})

test('5: the hash is the block’s, a number of JSON; keys, enumerators and ports are as clients expect them', async () => {
  const { rep, pub } = await startUnittest()
  const client = new RawClient(rep)
  const { value: catalog } = (await client.ask('GET', 'unittest._catalog')).payload as { value: Told }
  const [[uuid, block] = ['', {} as Block]] = Object.entries(catalog)
  expect((await client.ask('GET', 'unittest._hash')).payload).toEqual({ value: { unittest: { [uuid]: block.hash } } })
  expect(Number.isSafeInteger(block.hash) && block.hash >= 0).toBe(true)
  expect(block).toMatchObject({ store: 'unittest', alias: 'unittest', uuid, time: expect.any(Number) })
  expect(block.provenance).toEqual([{ stratum: 0, hostname: '127.0.0.1', rep, pub }])
  const keys = Object.keys(block.items)
  expect(keys).toEqual(keys.map((key) => key.toLowerCase()))
  expect(keys).toEqual(expect.arrayContaining(['number', 'mask', '_unittestclk', '_unittestuuid']))
  expect(block.items['mask']).toMatchObject({ enumerators: { None: 'nothing', 0: 'first' } })
  expect((await client.ask('GET', 'unittest._unittestcat')).payload['value']).toEqual(block)
})

test('5: two daemons of the same items have different hashes, and one has the same in each run', async () => {
  const home = temporary()
  const hashOf = async (rep: number): Promise<number> => {
    const { value } = (await new RawClient(rep).ask('GET', '_hash')).payload as {
      value: { unittest: Record<string, number> }
    }
    return Object.values(value.unittest)[0] ?? 0
  }
  const [first, other] = [
    await startUnittest({ home }),
    await startUnittest({ home }, new ItemDaemon('unittest', 'other')),
  ]
  const hash = await hashOf(first.rep)
  expect(await hashOf(other.rep)).not.toBe(hash)
  await first.daemon.stop()
  expect(await hashOf((await startUnittest({ home })).rep)).toBe(hash)
})

test('6: UUID and ports are the same in each run', async () => {
  const home = temporary()
  const uuidOf = async (rep: number) => (await new RawClient(rep).ask('GET', 'unittest._unittestuuid')).payload['value']
  const first = await startUnittest({ home })
  const uuid = await uuidOf(first.rep)
  await first.daemon.stop()
  const second = await startUnittest({ home, port: undefined as never, pubPort: undefined as never })
  expect([second.rep, second.pub, await uuidOf(second.rep)]).toEqual([first.rep, first.pub, uuid])
})

test('7: a registry finds the clock, and the catalog under the name by which it asks', async () => {
  const { rep } = await startUnittest()
  const client = new RawClient(rep)
  const clock = await client.ask('GET', 'unittest._unittestclk', { refresh: true })
  expect(clock.payload).toEqual({ value: expect.any(Number), time: expect.any(Number) })
  const { payload } = await client.ask('GET', 'unittest.catalog')
  expect(payload).toEqual((await client.ask('GET', 'unittest._catalog')).payload)
})

test('8: a refresh of an item that has nothing to look for is answered from what is known', async () => {
  const { rep } = await startUnittest()
  expect((await new RawClient(rep).ask('GET', 'unittest.number', { refresh: true })).payload).toMatchObject({
    value: 1,
  })
})

test('9: what is no number is never sent', async () => {
  const { daemon, rep } = await startUnittest({ items: { number: { type: 'numeric', nan: 'keep' } } })
  const client = new RawClient(rep)
  for (const value of [NaN, Infinity, -Infinity]) {
    daemon.store.item('number').publish(value)
    const { frames } = await client.ask('GET', 'unittest.number')
    expect(frames[5]).toMatch(/"value": ?null/)
  }
})
