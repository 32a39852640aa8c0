import { expect, test } from '@jest/globals'
import type { ItemRequest, Reading } from '../../../lib/items/index.js'
import { Current } from '../../../lib/items/model/current.js'
import { Looking } from '../../../lib/items/model/looking.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

/** What looks ends each look when it is let. */
function start() {
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const failures: unknown[] = []
  const requests: ItemRequest[] = []
  const looks: { resolve: (reading: Reading<number> | null) => void; reject: (error: Error) => void }[] = []
  const current = new Current<number>({}, 1, esc, {
    fail: (error) => failures.push(error),
    carry: () => undefined,
    heard: () => undefined,
  })
  const looking: Looking<number> = new Looking<number>(
    esc,
    {
      reqGet: async (request) => {
        requests.push(request)
        return request.refresh ? await looking.refresh(false) : null
      },
      reqRefresh: async () => await new Promise((resolve, reject) => looks.push({ resolve, reject })),
      reqPoll: async () => await looking.refresh(false),
      publish: (value, { timestamp, repeat }) => {
        looking.leave()
        current.publish(value, timestamp, repeat)
      },
    },
    current,
  )
  return { clock, current, looking, looks, requests, failures }
}

test('who asks gets what is known, or with a refresh what a look finds', async () => {
  const { looking, looks, requests, current } = start()
  expect((await looking.get('get lamp.level', false, {})).value).toBe(1)
  const found = looking.get('get lamp.level', true, { principal: { kind: 'anonymous' } })
  await turnOfNode()
  looks[0]?.resolve({ value: 2, time: 7 })
  expect([await found, current.value]).toEqual([{ value: 2, time: 7 }, 2])
  expect(requests.map(({ type, principal }) => [type, principal.kind])).toEqual([
    ['GET', 'uid'],
    ['GET', 'anonymous'],
  ])
})

test('a look that finds nothing new leaves what is known', async () => {
  const { looking, looks } = start()
  const found = looking.get('get lamp.level', true, {})
  await turnOfNode()
  looks[0]?.resolve(null)
  expect((await found).value).toBe(1)
})

test('a look that fails is told to who asks and leaves what is known stale', async () => {
  const { looking, looks, current, failures } = start()
  const found = looking.get('get lamp.level', true, {})
  await turnOfNode()
  looks[0]?.reject(new Error('unplugged'))
  await expect(found).rejects.toThrow('unplugged')
  expect([current.state, failures]).toEqual(['stale', []])
})

test('whoever asks is answered that its time is over, while the look goes on', async () => {
  const { clock, looking, looks, current } = start()
  const late = looking.get('get lamp.level', true, { deadlineMs: 50 })
  await turnOfNode()
  clock.advance(50)
  await expect(late).rejects.toMatchObject({ code: 'ERR_DEADLINE', message: /^cannot get lamp.level: its deadline/ })
  looks[0]?.resolve({ value: 2, time: 7 })
  await turnOfNode()
  expect(current.value).toBe(2)
})

test('looks at the same time are one, unless something was published since', async () => {
  const { looking, looks } = start()
  const all = [looking.refresh(false), looking.refresh(false)]
  looking.leave()
  all.push(looking.refresh(false))
  await turnOfNode()
  expect(looks).toHaveLength(2)
  looks[0]?.resolve({ value: 2, time: 7 })
  looks[1]?.resolve({ value: 3, time: 8 })
  expect((await Promise.all(all)).map((reading) => reading?.value)).toEqual([2, 2, 3])
})

test('a poll that fails is told once, and it is stale until one succeeds', async () => {
  const { looking, looks, current, failures } = start()
  const states: string[] = []
  for (const [i, outcome] of ['unplugged', 'unplugged', 2].entries()) {
    const look = looking.poller.now()
    await turnOfNode()
    if (typeof outcome === 'number') looks[i]?.resolve({ value: outcome, time: 7 })
    else looks[i]?.reject(new Error(outcome))
    await look
    states.push(current.state)
  }
  expect([failures, states]).toEqual([[new Error('unplugged')], ['stale', 'stale', 'live']])
})
