import { turnOfNode } from '../../../../lib/movement/loop/clock.js'
import { CallAdmin, type Resource } from '../../../../lib/runner/host/child/call-admin.js'
import { InfoQueue } from '../../../../lib/runner/host/child/info-queue.js'
import type { Link } from '../../../../lib/runner/host/child/link.js'
import { CLASSES } from '../../../../lib/runner/host/child/messages.js'
import { TEXT_CHARS_MAX } from '../../../../lib/runner/host/protocol.js'
import type { TopicEvent, WatchEvent } from '../../../../lib/runner/host/job-run.js'

const { ChangeMsg, MQTTmsg, ReadyMsg, TimerMsg } = CLASSES

interface Asked {
  readonly method: string
  readonly params: Record<string, unknown>
  readonly tell: (event: WatchEvent | TopicEvent) => void
}

function start({ answer = (): Promise<unknown> => Promise.resolve(), hasQueue = true } = {}) {
  const asked: Asked[] = []
  const ended: unknown[] = []
  const lines: string[] = []
  const silent = new Set<number>()
  const queue = hasQueue ? new InfoQueue() : null
  const link = {
    ask: (method: string, params: Record<string, unknown>, listen: (event: unknown) => void = () => undefined) => {
      const id = asked.length
      asked.push({
        method,
        params,
        tell: (event) => {
          if (!silent.has(id)) listen(event)
        },
      })
      return { id, answer: answer() }
    },
    unlisten: (id: number) => silent.add(id),
    log: (level: string, text: string) => lines.push(`${level} ${text}`),
  } as unknown as Link
  const self = new CallAdmin({
    ...{ link, queue },
    fail: (error) => ended.push(error),
    cancel: (reason) => ended.push(reason),
  })
  const next = async () =>
    (await (queue as InfoQueue).next()).value as { msg: unknown; path?: unknown; value?: unknown }
  return { self, asked, ended, lines, next, queue }
}

test('a watch tells of changes, of deletions without a value, and by the class that was asked for', async () => {
  const { self, asked, next } = start()
  class Mine extends ChangeMsg {}
  await self.watch(['a', 'b'], { cls: Mine, fetch: false, minDepth: 1, maxDepth: -1 })
  expect(asked[0]).toMatchObject({
    ...{ method: 'watch', params: { path: ['a', 'b'], fetch: false, minDepth: 1, maxDepth: -1 } },
  })
  expect(await next()).toEqual(new ReadyMsg(0))
  asked[0]?.tell({ path: ['a', 'b', 'c'], value: 5, revision: 7 })
  asked[0]?.tell({ path: ['a', 'b', 'c'], revision: 8 })
  const changed = await next()
  expect(changed).toBeInstanceOf(Mine)
  expect(changed).toMatchObject({ path: ['a', 'b', 'c'], value: 5, msg: { revision: 7 } })
  expect('value' in (await next())).toBe(false)
})

test('when all watches have told what was there, a ReadyMsg says how many: those without fetch do not count', async () => {
  const { self, asked, next } = start()
  await self.watch(['a'])
  await self.watch(['b'])
  await self.watch(['c'], { fetch: false })
  await next()
  asked[2]?.tell({ ready: true })
  asked[1]?.tell({ ready: true })
  asked[0]?.tell({ path: ['a'], value: 1, revision: 1 })
  asked[0]?.tell({ ready: true })
  expect(await next()).toBeInstanceOf(ChangeMsg)
  expect(await next()).toEqual(new ReadyMsg(2))
})

test('a watch that is refused is not waited for', async () => {
  let refuse = true
  const { self, asked, next } = start({ answer: () => (refuse ? Promise.reject(new Error('no')) : Promise.resolve()) })
  await expect(self.watch(['a'])).rejects.toThrow('no')
  refuse = false
  await self.watch(['b'])
  asked[1]?.tell({ ready: true })
  await next()
  expect(await next()).toEqual(new ReadyMsg(1))
})

test('what waits of one entry may be kept to its last change', async () => {
  const { self, asked, next } = start()
  await self.watch(['a'], { coalesce: true, maxDepth: -1 })
  for (let value = 0; value < 100; value++) asked[0]?.tell({ path: ['a'], value, revision: value })
  asked[0]?.tell({ path: ['b'], value: 'b', revision: 100 })
  await next()
  expect([(await next()).value, (await next()).value]).toEqual([99, 'b'])
})

test('code that does not read is told so once, in its log too', async () => {
  const { self, asked, lines, queue } = start()
  await self.watch(['a'])
  for (let value = 0; value < 100; value++) asked[0]?.tell({ path: ['a'], value, revision: value })
  expect(lines).toEqual([expect.stringContaining('_info has stalled')])
  const messages: unknown[] = []
  for await (const message of queue as InfoQueue) messages.push(message)
  expect([messages.length, messages.at(-1)]).toEqual([10, null])
})

test('cancel may be called again, says whether it did something, and is not followed by messages', async () => {
  const { self, asked, next } = start({ answer: () => Promise.resolve(true) })
  const watch = await self.watch(['a'])
  expect([await watch.cancel(), await watch.cancel()]).toEqual([true, false])
  expect(asked[1]).toMatchObject({ method: 'cancel', params: { of: 0 } })
  asked[0]?.tell({ path: ['a'], revision: 1 })
  self.told({ type: 'CompleteState' })
  await next()
  expect(await next()).toBeInstanceOf(CLASSES.CompleteState)
})

test('messages on a topic come with their value, or raw', async () => {
  const { self, asked, next } = start()
  await self.monitor(['a', '+'], { raw: true })
  expect(asked[0]).toMatchObject({ method: 'monitor', params: { path: ['a', '+'], raw: true } })
  await next()
  asked[0]?.tell({ path: ['a', 'b'], raw: '43' })
  const got = await next()
  expect(got).toBeInstanceOf(MQTTmsg)
  expect([got.msg, got.path, 'value' in got]).toEqual(['43', ['a', 'b'], false])
})

test('a timer puts itself into the queue', async () => {
  const { self, next } = start()
  class Mine extends TimerMsg {}
  const timer = self.timer(1, Mine)
  await next()
  const message = await next()
  expect(message).toBeInstanceOf(Mine)
  expect(message.msg).toBe(timer)
})

test('what is spawned ends the job if it fails, unless it was cancelled', async () => {
  const { self, ended } = start()
  const signals: AbortSignal[] = []
  const wait = async (name: string, signal: AbortSignal): Promise<void> => {
    signals.push(signal)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new Error(name)
  }
  const task = self.spawn(wait, 'ended')
  expect([await task.cancel(), await task.cancel()]).toEqual([true, false])
  await turnOfNode()
  expect(ended).toEqual([])
  self.spawn(() => {
    throw new Error('bad')
  })
  const done = self.spawn(() => 5)
  await turnOfNode()
  expect(ended).toEqual([new Error('bad')])
  expect(await done.cancel()).toBe(false)
  expect(signals[0]?.aborted).toBe(true)
})

test('get, set, delete and send ask for what they say', async () => {
  const { self, asked } = start({ answer: () => Promise.resolve(7) })
  expect(await self.get(['a'])).toBe(7)
  await self.set(['a'], { at: new Date(0) } as never)
  await self.delete(['a'])
  await self.send(['t'], { n: 1 })
  await self.send(['t'], 'text', { raw: true })
  expect(await self.daemon('lamp')['on']?.(1)).toBe(7)
  expect(asked.map(({ method, params }) => [method, params])).toEqual([
    ['get', { path: ['a'] }],
    ['set', { path: ['a'], value: { at: '1970-01-01T00:00:00.000Z' } }],
    ['delete', { path: ['a'] }],
    ['send', { path: ['t'], value: { n: 1 } }],
    ['send', { path: ['t'], raw: 'text' }],
    ['call', { daemon: 'lamp', method: 'on', args: [1] }],
  ])
  expect(await Promise.resolve(self.daemon('lamp'))).toBeDefined() // To await it asks for nothing.
})

test('what can be no path, value or class is refused before anybody is asked', async () => {
  const { self, asked } = start()
  await expect(self.watch('a.b' as never)).rejects.toThrow(
    `a path must be a list of texts, as _P('a.b') is: it is "a.b"`,
  )
  await expect(self.watch(['a', 5] as never)).rejects.toThrow(TypeError)
  await expect(self.watch(['a'], { cls: TimerMsg as never })).rejects.toThrow('cls must be _cls.ChangeMsg or derived')
  await expect(self.watch(['a'], { maxDepth: -2 })).rejects.toThrow('maxDepth must be a whole number of at least -1')
  await expect(self.watch(['a'], { minDepth: -1 })).rejects.toThrow('minDepth must be a whole number of at least 0')
  await expect(self.monitor(['a'], { cls: TimerMsg as never })).rejects.toThrow('cls must be _cls.MQTTmsg or derived')
  expect(() => self.timer(5, ChangeMsg as never)).toThrow('cls must be _cls.TimerMsg or derived')
  await expect(self.set(['a'], NaN)).rejects.toThrow(TypeError)
  await expect(self.send(['a'], 5, { raw: true })).rejects.toThrow('a raw message must be a text: it is 5')
  expect(() => self.spawn(5 as never)).toThrow('a function is to be spawned: it is 5')
  expect(asked).toEqual([])
})

test('an error is recorded, and then ends the run without being recorded again', async () => {
  const { self, asked } = start()
  await expect(self.error({ path: ['a'], message: 'dry', severity: 2, data: { n: 1 } })).rejects.toThrow(
    new CLASSES.ErrorRecorded('dry'),
  )
  await self.setupDone()
  expect(asked.map(({ method, params }) => [method, params])).toEqual([
    ['error', { record: { path: ['a'], message: 'dry', severity: 2, data: { n: 1 } } }],
    ['setupDone', {}],
  ])
  const { self: other } = start({ answer: () => Promise.reject(new Error('no right')) })
  await expect(other.error()).rejects.toThrow('no right')
})

test('what was opened is closed with the job, the last first, and one that fails does not keep the others', async () => {
  const { self, ended } = start()
  const closed: string[] = []
  self.openContext({ close: () => closed.push('first') })
  self.openContext({ [Symbol.dispose]: () => void closed.push('second') })
  self.openContext({ close: () => Promise.reject(new Error('stuck')) })
  const last: Resource = { [Symbol.asyncDispose]: () => Promise.resolve(void closed.push('last')) }
  expect(self.openContext(last)).toBe(last)
  const failed: string[] = []
  await self.close(({ message }) => failed.push(message))
  expect([closed, failed]).toEqual([['last', 'second', 'first'], ['stuck']])
  self.cancel('enough')
  expect(ended).toEqual(['enough'])
})

test('states are kept to the last, and code without a queue is told nothing', async () => {
  const { self, next } = start()
  for (const type of ['BrokenState', 'DrainMsg', 'PartialState', 'CompleteState'] as const) self.told({ type, msg: 3 })
  await next()
  expect(await next()).toStrictEqual(new CLASSES.CompleteState(3))
  expect(await next()).toStrictEqual(new CLASSES.DrainMsg(3))
  const without = start({ hasQueue: false })
  without.self.told({ type: 'BrokenState' })
  expect(without.lines).toEqual([])
})

test('what is not said of a watch or a topic: the entry alone, with what is there, and values', async () => {
  const { self, asked, next } = start()
  await self.watch(['a'])
  await self.monitor(['t'])
  expect(asked.map(({ params }) => params)).toEqual([
    { path: ['a'], fetch: true, minDepth: 0, maxDepth: 0 },
    { path: ['t'], raw: false },
  ])
  await next()
  asked[0]?.tell({ path: ['a'], value: 1, revision: 7 })
  asked[1]?.tell({ ready: true })
  asked[1]?.tell({ path: ['t'], value: 2, raw: '2' })
  const [changed, heard] = [await next(), await next()]
  expect([changed.constructor, heard.constructor]).toEqual([ChangeMsg, MQTTmsg])
  expect([heard.value, heard.msg]).toEqual([2, '2'])
})

test('what waits of one entry is kept for each watch of it, and all of it for one that asks for that', async () => {
  const { self, asked, next } = start()
  for (const coalesce of [true, true, false]) await self.watch(['a'], { coalesce, fetch: false })
  for (const value of [1, 2]) for (const { tell } of asked) tell({ path: ['a'], value, revision: value })
  await next()
  const values: unknown[] = []
  for (let i = 0; i < 4; i++) values.push((await next()).value)
  expect(values).toEqual([2, 2, 1, 2])
})

test('cancel is false for what has ended by itself, and for code that is told of it', async () => {
  const { self, ended } = start({ answer: () => Promise.resolve(false) })
  expect(await (await self.monitor(['t'])).cancel()).toBe(false)
  const reasons: unknown[] = []
  const task = self.spawn(
    (n: number, signal: AbortSignal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          reasons.push(n, (signal.reason as Error).message)
          resolve(null)
        })
      }),
    5,
  )
  await task.cancel()
  expect(reasons).toEqual([5, 'it was cancelled'])
  self.cancel()
  self.cancel('x'.repeat(100_000))
  expect(() => self.cancel(5 as never)).toThrow('reason must be a text: it is 5')
  expect(ended).toEqual(['the job has ended itself', 'x'.repeat(TEXT_CHARS_MAX)])
})

test('an error that says nothing is recorded, too, and data as JSON has it', async () => {
  const { self, asked } = start()
  await expect(self.error()).rejects.toThrow(new CLASSES.ErrorRecorded('an error was recorded'))
  await expect(self.error({ data: { at: new Date(0) } as never })).rejects.toThrow(CLASSES.ErrorRecorded)
  expect(asked.map(({ params }) => params)).toEqual([
    { record: {} },
    { record: { data: { at: '1970-01-01T00:00:00.000Z' } } },
  ])
})

test('what can be closed in several ways is closed in the first, once', async () => {
  const { self } = start()
  const closed: string[] = []
  const ways = (...names: string[]): Resource => ({
    ...(names.includes('async') ? { [Symbol.asyncDispose]: () => Promise.resolve(void closed.push('async')) } : {}),
    ...(names.includes('dispose') ? { [Symbol.dispose]: () => void closed.push('dispose') } : {}),
    close: () => closed.push('close'),
  })
  self.openContext({})
  self.openContext(ways())
  self.openContext(ways('dispose'))
  self.openContext(ways('async', 'dispose'))
  for (let i = 0; i < 2; i++) await self.close(({ message }) => closed.push(message))
  expect(closed).toEqual(['async', 'dispose', 'close'])
})
