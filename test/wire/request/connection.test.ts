import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Connection } from '../../../lib/wire/request/connection.js'
import { bindFirst } from '../../../lib/wire/socket.js'
import { zmq } from '../../../lib/wire/zmq.js'
import { afterTest } from '../../support/wire.js'

async function start() {
  const router = new (zmq().Router)({ linger: 0 })
  afterTest(() => router.close())
  const port = await bindFirst(router, '127.0.0.1', 0)
  const clock = new ManualClock()
  const told: string[] = []
  let wake: () => void = () => undefined
  const tell = (what: string) => {
    told.push(what)
    wake()
  }
  const connection = new Connection(
    {
      esc: new Escapement({ clock }),
      ...{ address: `tcp://127.0.0.1:${port}`, retryMs: 100, retryMaxMs: 1000, connectMs: 5000, heartbeatMs: 15_000 },
    },
    {
      opened: () => tell('opened'),
      lost: () => tell('lost'),
      take: (frames) => tell(String(frames[0])),
    },
  )
  afterTest(() => connection.close())
  const until = async (count: number) => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return told
  }
  return { router, clock, connection, until }
}

test('nothing is sent before it is open', async () => {
  const { router, connection, until } = await start()
  expect([connection.isOpen, connection.send(['early'])]).toEqual([false, false])
  await until(1)
  expect([connection.isOpen, connection.send(['hello'])]).toEqual([true, true])
  const [identity, text] = await router.receive()
  expect([identity?.length, String(text)]).toEqual([16, 'hello'])
  await router.send([identity!, 'welcome'])
  expect(await until(2)).toEqual(['opened', 'welcome'])
})

test('thrown away, it is made anew at once, with another identity', async () => {
  const { router, clock, connection, until } = await start()
  await until(1)
  connection.send(['one'])
  const [first] = await router.receive()
  connection.reopen()
  expect(connection.isOpen).toBe(false)
  clock.advance(0)
  expect(await until(3)).toEqual(['opened', 'lost', 'opened'])
  connection.send(['two'])
  const [second] = await router.receive()
  expect(second).not.toEqual(first)
})

test('closed, it stays so and tells nothing', async () => {
  const { connection, clock, until } = await start()
  const told = await until(1)
  connection.close()
  clock.advance(10_000)
  expect([connection.isOpen, connection.send(['late']), told.slice(1)]).toEqual([false, false, ['lost']])
})

test('what came before it broke is read', async () => {
  const { router, connection, until } = await start()
  await until(1)
  connection.send(['hello'])
  const [identity] = await router.receive()
  for (let i = 0; i < 100; i++) await router.send([identity!, `answer ${i}`])
  router.linger = 1000
  router.close()
  const told = await until(102)
  expect(told.slice(100)).toEqual(['answer 99', 'lost'])
})

test('nothing is kept of one that found nobody', async () => {
  const { router, clock, connection, until } = await start()
  await until(1)
  router.close()
  await until(2)
  clock.advance(0)
  const { events } = connection['socket']!
  while (!events.closed) await new Promise((resolve) => setImmediate(resolve))
})
