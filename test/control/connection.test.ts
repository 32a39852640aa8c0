import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect } from 'node:net'
import { ControlClient, type Answer, type Update } from '../../lib/control/index.js'
import { Item } from '../../lib/items/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { say, startLamp } from '../support/lamp.js'

test('items are shown, set and called', async () => {
  const { server, path, level, asked } = await startLamp()
  const client = await ControlClient.connect(path)
  expect(await client.request({ op: 'ping' })).toEqual({ store: 'lamp', pid: process.pid })
  expect(await client.request({ op: 'get', pattern: '*' })).toEqual({ level: 1, key: '***' })
  expect(await client.request({ op: 'describe', pattern: 'lev*' })).toMatchObject([{ key: 'level', isSettable: true }])
  expect(await client.request({ op: 'set', key: 'LEVEL', value: 4 })).toBe(4)
  expect(level.value).toBe(4)
  expect(await client.request({ op: 'methods' })).toEqual([{ name: 'double', doc: 'Twice.', params: null }])
  expect(await client.request({ op: 'call', method: 'double', named: { n: 4 } })).toBe(8)
  expect(await client.request({ op: 'reload' })).toEqual({ how: 'unchanged' })
  expect(await client.request({ op: 'stop' })).toBeNull()
  expect(asked).toEqual(['reload', 'stop'])
  client.close()
  server.close()
})

test('faults say what is wrong, and the connection goes on', async () => {
  const { server, path } = await startLamp()
  const client = await ControlClient.connect(path)
  const set = (key: string, value: unknown) => client.request({ op: 'set', key, value })
  await expect(set('level', 'x')).rejects.toMatchObject({ code: 'ERR_ITEM_VALUE', message: /must be a number/ })
  await expect(set('key', 'y')).rejects.toMatchObject({ code: 'ERR_READ_ONLY' })
  await expect(set('colour', 'y')).rejects.toMatchObject({ code: 'ERR_NO_ITEM' })
  await expect(client.request({ op: 'call', method: 'doubel' })).rejects.toMatchObject({
    ...{ code: 'ERR_NO_METHOD', message: 'lamp has no method doubel: did you mean double?' },
  })
  expect(await client.request({ op: 'get', pattern: 'none' })).toEqual({})
  client.close()
  expect(await say(path, 'nonsense\n{"id":7,"op":"ping"}\n', 2)).toMatchObject([
    { id: null, error: { name: 'TypeError', code: 'ERR_REQUEST' } },
    { id: 7, value: { store: 'lamp' } },
  ])
  server.close()
})

test('a watch tells what is, then each change, until it is ended', async () => {
  const { server, path, level } = await startLamp()
  const client = await ControlClient.connect(path)
  const updates: Update[] = []
  let heard: () => void = () => undefined
  const watch = client.watch('level', (update) => {
    updates.push(update)
    heard()
  })
  const next = (): Promise<void> => new Promise((resolve) => (heard = resolve))
  await next()
  level.publish(2)
  await next()
  watch.stop()
  await watch.ended
  level.publish(3)
  await client.request({ op: 'ping' })
  expect(updates.map(({ key, value, missed }) => [key, value, missed])).toEqual([
    ['level', 1, 0],
    ['level', 2, 0],
  ])
  await expect(client.watch('none', () => undefined).ended).rejects.toMatchObject({ code: 'ERR_NO_ITEM' })
  client.close()
  server.close()
})

test('a client that does not read costs bounded memory, and is told how many updates it missed', async () => {
  const { server, path, level, store } = await startLamp()
  const socket = connect(path)
  await once(socket, 'connect')
  const text = new Item<string>(store, 'text', { type: 'string', initial: '' })
  socket.write('{"id":1,"op":"watch","pattern":"text"}\n')
  await once(socket, 'data')
  socket.pause()
  const client = await ControlClient.connect(path)
  await client.request({ op: 'ping' })
  for (let i = 0; i < 200; i++) {
    text.publish(`${i} ${'x'.repeat(50_000)}`)
    await client.request({ op: 'ping' })
  }
  let got = ''
  socket.on('data', (piece) => (got += String(piece)))
  socket.resume()
  const missed = (): number =>
    got
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .reduce((sum, line) => sum + ((JSON.parse(line) as Answer).missed ?? 0), 0)
  for (let i = 0; missed() === 0; i++) {
    text.publish(`again ${i}`)
    await client.request({ op: 'ping' })
  }
  const updates = got.split('\n').filter((line) => line.includes('"key":"text"')).length
  expect(updates).toBeLessThan(200)
  expect(missed()).toBeGreaterThan(50)
  expect(level.value).toBe(1)
  socket.destroy()
  client.close()
  server.close()
})

test('a line without an end is refused, and that client sent away', async () => {
  const { server, path } = await startLamp()
  const socket = connect(path)
  socket.on('error', () => undefined)
  const gone = once(socket, 'close')
  socket.write('x'.repeat(1_100_000))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(String(answer)).toContain('a line may have at most 1048576 characters')
  await gone
  const client = await ControlClient.connect(path)
  expect(await client.request({ op: 'ping' })).toMatchObject({ store: 'lamp' })
  client.close()
  server.close()
})

test('a client that asks and does not read is answered only as far as it reads, and then whole', async () => {
  const { server, path, store } = await startLamp()
  let asked = 0
  const compute = (): string => `${++asked}${'x'.repeat(100_000)}`
  new Item(store, 'large', { type: 'string', compute })
  const socket = connect(path)
  await once(socket, 'connect')
  const count = 500
  for (let id = 1; id <= count; id++) socket.write(`${JSON.stringify({ id, op: 'get', pattern: 'large' })}\n`)
  for (let turn = 0; turn < 200; turn++) await turnOfNode()
  expect(asked).toBeLessThan(100)
  let answers = 0
  for await (const piece of socket) {
    answers += (piece as Buffer).filter((byte) => byte === 10).length
    if (answers === count) break
  }
  expect(asked).toBe(count)
  server.close()
})

test('what is only set is not shown, and what is no JSON is shown as text', async () => {
  const { server, path, store } = await startLamp()
  const hidden = new Item<string>(store, 'hidden', { type: 'string', gettable: false, initial: 'x' })
  new Item<bigint>(store, 'count', { type: 'numeric', initial: 12345678901234567890123n })
  const client = await ControlClient.connect(path)
  const updates: Update[] = []
  const watch = client.watch('*', (update) => updates.push(update))
  expect(await client.request({ op: 'get', pattern: '*' })).toMatchObject({ count: '12345678901234567890123' })
  expect(await client.request({ op: 'set', key: 'hidden', value: 'y' })).toBe('y')
  expect(hidden.value).toBe('y')
  expect(updates.map(({ key }) => key).sort()).toEqual(['count', 'key', 'level'])
  watch.stop()
  await watch.ended
  client.close()
  server.close()
})
