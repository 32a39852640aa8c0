import type { Reading } from '../../../lib/items/model/reading.js'
import { DaemonLink, type DaemonLinkOptions } from '../../../lib/items/remote/daemon-link.js'
import { Escapement } from '../../../lib/movement/index.js'
import { Bulk } from '../../../lib/wire/index.js'
import { closeAll, closing, deadPort } from '../discovery/fake-daemon.js'
import { LampServer, type LampOptions } from './lamp-server.js'

afterEach(closeAll)
const esc = Escapement.instance

async function start(lampOptions: LampOptions = {}, options: Partial<DaemonLinkOptions> = {}) {
  const lamp = await LampServer.start(lampOptions)
  const { rep: port, pub: pubPort } = lamp.ports
  const link = closing(
    new DaemonLink({ esc, store: 'Lamp', host: '127.0.0.1', port, pubPort, settleMs: 60_000, ...options }),
  )
  return { lamp, link }
}

/** Listen; `until` waits for so many readings. */
function hear(link: DaemonLink, key: string) {
  const heard: [unknown, number][] = []
  let wake: () => void = () => undefined
  const stop = link.subscribe(key, ({ value }: Reading, missed) => {
    heard.push([value, missed])
    wake()
  })
  const until = async (length: number): Promise<void> => {
    while (heard.length < length) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { heard, stop, until }
}

/** Wait for a state. */
async function reaches(link: DaemonLink, state: string): Promise<void> {
  if (link.state === state) return
  await new Promise<void>((resolve) => {
    const stop = link.onState((now) => {
      if (now !== state) return
      stop()
      resolve()
    })
  })
}

test('a daemon is asked, told and called', async () => {
  const { lamp, link } = await start()
  expect(await link.get('Level', {})).toEqual({ value: 3, time: 100 })
  expect(await link.get('level', { refresh: true })).toEqual({ value: 3, time: 100 })
  expect(await link.set('level', 7, {})).toBe(7)
  expect(await link.set('level', 70, {})).toBe(10)
  expect(await link.call('echo', [1], { a: 2 }, {})).toEqual({ args: [1], named: { a: 2 } })
  const counted = []
  for await (const each of link.stream('count', [], {}, {})) counted.push(each)
  expect(counted.slice(0, 3)).toEqual([1, 2, 3])
  expect(lamp.asked).toEqual(['GET level', 'GET level refresh', 'SET level', 'SET level', 'CALL echo', 'CALL count'])
})

test('what the daemon says is wrong keeps its name and its code', async () => {
  const { link } = await start()
  await expect(link.get('colour', {})).rejects.toMatchObject({
    code: 'ERR_NO_ITEM',
    message: 'lamp has no item colour',
  })
  await expect(link.set('level', 'refused', {})).rejects.toMatchObject({ name: 'RangeError' })
  await expect(link.call('count', [], {}, {})).rejects.toThrow('count answers with a stream')
})

test('numbers in a typed array are sent as bytes', async () => {
  const { lamp, link } = await start()
  await link.set('level', Int16Array.of(1, 2), {})
  expect(lamp.values.get('level')?.['value']).toBeInstanceOf(Bulk)
})

test('who does not wait is told of a failure elsewhere', async () => {
  const failed = new Promise((resolve) => {
    void start({}, { onError: (error, key) => resolve([key, (error as Error).message]) }).then(async ({ link }) => {
      expect(await link.set('level', 'refused', { wait: false })).toBe('refused')
    })
  })
  expect(await failed).toEqual(['level', 'level must be a number'])
  const { link, lamp } = await start()
  expect(await link.set('level', 5, { wait: false })).toBe(5)
  await lamp.until(() => lamp.asked.length === 1)
})

test('a deadline and a signal end the waiting', async () => {
  const { lamp, link } = await start()
  lamp.delays.set('level', new Promise(() => undefined))
  await expect(link.get('level', { deadlineMs: 30 })).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
  const aborting = new AbortController()
  const waiting = link.get('level', { signal: aborting.signal, deadlineMs: null })
  aborting.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('who listens hears what is there, then what is published', async () => {
  const { lamp, link } = await start()
  const { heard, until, stop } = hear(link, 'level')
  await until(1)
  await lamp.subscribed('level')
  lamp.publish('level', 4)
  lamp.publish('level', 5)
  await until(3)
  expect(heard).toEqual([
    [3, 0],
    [4, 0],
    [5, 0],
  ])
  stop()
})

test('where nothing is known yet the daemon is made to look', async () => {
  const { lamp, link } = await start()
  lamp.values.set('level', { value: null, time: 100 })
  const { heard, until } = hear(link, 'level')
  await until(1)
  expect(heard).toEqual([['looked', 0]])
})

test('the value is asked for once more when the subscription has settled', async () => {
  const { lamp, link } = await start({}, { settleMs: 20 })
  const { until } = hear(link, 'level')
  await until(1)
  lamp.values.set('level', { value: 8, time: 300 }) // It was published when nobody heard it here.
  await lamp.until(() => lamp.asked.length >= 2)
  await until(2)
  expect(lamp.asked.slice(0, 2)).toEqual(['GET level', 'GET level'])
})

test('who was too slow for the last value learns it all the same, and how many never came', async () => {
  const { lamp, link } = await start()
  const { heard, until } = hear(link, 'level')
  const { heard: other } = hear(link, 'mode')
  await until(1)
  await lamp.subscribed('level')
  lamp.publish('level', 4)
  await until(2)
  lamp.lose('level', 5)
  lamp.lose('level', 6)
  await until(3)
  expect(heard).toEqual([
    [3, 0],
    [4, 0],
    [6, 2],
  ])
  expect(other).toEqual([['on', 0]])
})

test('a daemon that comes back is heard again, and what it has by now', async () => {
  const { lamp, link } = await start()
  const states: string[] = []
  link.onState((state) => states.push(state))
  const { heard, until } = hear(link, 'level')
  await until(1)
  await lamp.subscribed('level')
  await reaches(link, 'connected')
  const { ports } = lamp
  await lamp.close()
  await reaches(link, 'lost')
  const again = await LampServer.start({ ports })
  again.values.set('level', { value: 6, time: 300 })
  await until(2)
  await again.subscribed('level')
  again.publish('level', 7)
  await until(3)
  expect(heard.map(([value]) => value)).toEqual([3, 6, 7])
  await reaches(link, 'connected')
  expect(states).toContain('lost')
})

test('a daemon that is not there is told so', async () => {
  const port = await deadPort()
  const link = closing(new DaemonLink({ esc, store: 'lamp', host: '127.0.0.1', port, pubPort: port, ackMs: 50 }))
  await expect(link.get('level', {})).rejects.toMatchObject({ code: 'ERR_NO_ACK' })
})

test('what is closed asks nothing, and tells nothing', async () => {
  const { link } = await start()
  const { heard, until } = hear(link, 'level')
  await until(1)
  link.close()
  link.close()
  expect(link.state).toBe('closed')
  await expect(link.get('level', {})).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  expect(heard).toHaveLength(1)
})
