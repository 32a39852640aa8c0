import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { anonymous } from '../../../lib/rights/index.js'
import { WireError } from '../../../lib/wire/errors.js'
import { Peer } from '../../../lib/wire/request/peer.js'
import type { Handler } from '../../../lib/wire/request/server-request.js'
import { Asker } from '../../../lib/wire/request/work.js'
import { Works } from '../../../lib/wire/request/works.js'

function start(handle: Handler) {
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const delivered: string[] = []
  const limits = { replyCacheMax: 10, replyCacheBytesMax: 1000, replyCacheMs: 1000 }
  const works = new Works({ esc, handle, ...limits }, (asker, { json }) => void delivered.push(`${asker.id} ${json}`))
  const peer = new Peer(Buffer.from('me'), 'me')
  const ask = (id: string, terms: { deadlineMs?: number; key?: string } = {}, isLate = false) => {
    const request = {
      dialect: 'new',
      id: Buffer.from(id),
      type: 'GET',
      target: 'x.y',
      flags: 0,
      payload: null,
    } as const
    const asker = new Asker(peer, request, anonymous)
    works.ask(asker, { deadlineMs: null, key: null, ...terms }, isLate)
    return asker
  }
  return { clock, works, delivered, peer, ask }
}

test('what is long in the queue lets others have their turn', () => {
  const { clock, works, ask } = start(() => {
    clock.spend(1)
    return { value: 1 }
  })
  for (let i = 0; i < 100; i++) ask(`${i}`)
  const turns: number[] = []
  const look = () => {
    turns.push(works.size)
    if (works.size > 0) clock.soon(look)
  }
  clock.soon(look)
  clock.advance(0)
  expect(turns.length).toBeGreaterThan(5)
})

test('an answer is given in the order of what was asked', () => {
  const { delivered, ask } = start(({ id }) => ({ value: id }))
  for (const id of ['1', '2', '3']) ask(id)
  expect(delivered).toEqual(['1 {"value":"1"}', '2 {"value":"2"}', '3 {"value":"3"}'])
})

test('what is over before its turn is not carried out', () => {
  let count = 0
  const { clock, works, delivered, ask } = start(() => {
    clock.spend(10) // So that the next one has to wait.
    return { value: ++count }
  })
  ask('1')
  const asker = ask('2')
  works.leave(asker, new WireError('ERR_CANCELLED', 'taken back'))
  clock.advance(0)
  expect([count, works.size]).toEqual([1, 0])
  expect(delivered.map((text) => text.slice(0, 8))).toEqual(['1 {"valu', '2 {"erro'])
})

test('one who leaves does not take away what another waits for', () => {
  let signal: AbortSignal | undefined
  const { clock, works, ask } = start((request) => {
    signal = request.signal
    return new Promise(() => undefined)
  })
  const [first, second] = [ask('1', { key: 'k' }), ask('2', { key: 'k' })]
  clock.advance(0)
  works.leave(first, new WireError('ERR_CANCELLED', 'taken back'))
  expect(signal?.aborted).toBe(false)
  works.leave(second, new WireError('ERR_CANCELLED', 'taken back'))
  expect(signal?.aborted).toBe(true)
})

test('nothing stays of what has ended', () => {
  const { clock, works, peer, ask } = start(() => ({ value: 1 }))
  const asker = ask('1', { deadlineMs: 1000 })
  clock.advance(0)
  expect([works.size, peer.load, asker.isWaiting]).toEqual([0, 0, false])
  clock.advance(10_000)
})

test('what goes on without its client ends with its time, unless the client comes back', () => {
  const signals: AbortSignal[] = []
  const { clock, works, peer, ask } = start(({ signal }) => {
    signals.push(signal)
    return new Promise(() => undefined)
  })
  ask('1', { deadlineMs: 100, key: 'once' })
  works.drop(peer)
  clock.advance(50)
  ask('2', { deadlineMs: 100, key: 'once' })
  clock.advance(60)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  works.drop(peer)
  clock.advance(30)
  expect(signals[0]?.aborted).toBe(false)
  clock.advance(10)
  expect(signals[0]?.reason).toMatchObject({ code: 'ERR_DEADLINE' })
})

test('what goes on without its client and without a limit goes on', () => {
  let signal: AbortSignal | undefined
  const { clock, works, peer, ask } = start((request) => {
    signal = request.signal
    return new Promise(() => undefined)
  })
  ask('1', { key: 'once' })
  works.drop(peer)
  clock.advance(1_000_000)
  expect(signal?.aborted).toBe(false)
})

test('what comes late is held for a moment: it is carried out unless it is taken back, and in order with what comes behind it', () => {
  const done: string[] = []
  const { clock, works, delivered, ask } = start(({ id }) => {
    done.push(id)
    return { value: id }
  })
  const [late] = [ask('late', {}, true), ask('behind'), ask('also behind', {}, true)]
  works.leave(late, new WireError('ERR_CANCELLED', 'taken back'))
  clock.advance(249)
  expect(done).toEqual([])
  clock.advance(1)
  expect(done).toEqual(['behind', 'also behind'])
  ask('on time')
  expect(delivered.map((text) => text.split(' {')[0])).toEqual(['late', 'behind', 'also behind', 'on time'])
  expect(works.size).toBe(0)
})

test('what comes late holds what is behind it no longer than its own time is, and each that is late is held by itself', () => {
  const done: [string, number][] = []
  const { clock, delivered, ask } = start(({ id }) => ({ value: done.push([id, clock.now() - begun]) }))
  const begun = clock.now()
  ask('soon over', { deadlineMs: 100 }, true)
  ask('behind')
  clock.advance(20)
  ask('long', { deadlineMs: 1000 }, true)
  ask('last')
  clock.advance(1000)
  expect(done).toEqual([
    ['behind', 100],
    ['long', 270],
    ['last', 270],
  ])
  expect(delivered[0]).toMatch(/^soon over .*ERR_DEADLINE/)
})

test('what comes late from a client that has left is not carried out, though it has a key', () => {
  const done: string[] = []
  const { clock, works, peer, ask } = start(({ id }) => ({ value: done.push(id) }))
  ask('late', { key: 'once' }, true)
  works.drop(peer)
  clock.advance(250)
  expect([done, works.size]).toEqual([[], 0])
})

const itself: Record<string, unknown> = {}
itself['itself'] = itself

test.each<[string, Handler]>([
  ['throws what can not be told', () => raise(Object.assign(new Error(), { message: itself }))],
  ['throws it later', async () => await Promise.reject(Object.assign(new Error(), { message: itself }))],
  ['answers nothing', () => undefined as never],
  ['answers nothing later', async () => await Promise.resolve(undefined as never)],
  ['answers what can not be told later', async () => await Promise.resolve(itself)],
])('a handler that %s is answered for, and nothing of it stays', async (_what, handle) => {
  const { works, delivered, peer, ask } = start(handle)
  ask('1', { key: 'once' })
  await turnOfNode()
  expect([works.size, peer.asked.size, delivered.length]).toEqual([0, 0, 1])
  ask('2', { key: 'once' })
  expect(delivered.map((one) => one.slice(2))).toEqual([expect.stringMatching(/^{"error":/), delivered[0]?.slice(2)])
})

function raise(error: Error): never {
  throw error
}
