import { CommitOutcomeUnknownError, RefusedError, UnavailableError } from '../../../lib/kv/errors.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { isAway, pause, whileAway } from '../../../lib/runner/node/patience.js'

const away = new UnavailableError('etcd', 'the link is down')
const unknown = new CommitOutcomeUnknownError('etcd', 'the link broke')
const refused = new RefusedError('etcd', 'permission denied')

function start(answers: (Error | string)[], mayWait = () => true) {
  const clock = new ManualClock()
  const told: unknown[] = []
  let asked = 0
  const ask = () => {
    const answer = answers[asked++] as Error | string
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }
  const asking = whileAway(clock, mayWait, ask, (error) => told.push(error))
  return { clock, told, asking, asked: () => asked }
}

it('knows what waiting cures', () => {
  expect([away, unknown, refused, new Error('no')].map(isAway)).toEqual([true, true, false, false])
})

it('asks until the store answers, and tells once that it waits', async () => {
  const { clock, told, asking, asked } = start([away, unknown, away, 'here'])
  let answer = ''
  void asking.then((text) => (answer = text))
  await clock.runUntilIdle()
  expect([answer, asked(), told]).toEqual(['here', 4, [away]])
  expect(clock.now()).toBeGreaterThan(0)
  expect(clock.now()).toBeLessThanOrEqual(50 + 100 + 200)
})

it('asks no more than once for what waiting does not cure', async () => {
  const { asking, asked, told } = start([refused, 'here'])
  await expect(asking).rejects.toBe(refused)
  expect([asked(), told]).toEqual([1, []])
})

it('throws what the store said last once it may not wait', async () => {
  let left = 2
  const { clock, asking } = start([away, away, unknown, 'here'], () => left-- > 0)
  const failed = expect(asking).rejects.toBe(unknown)
  await clock.runUntilIdle()
  await failed
})

it('lets time pass', async () => {
  const clock = new ManualClock()
  let isOver = false
  void pause(clock, 100).then(() => (isOver = true))
  clock.advance(99)
  await Promise.resolve()
  expect(isOver).toBe(false)
  await clock.runUntilIdle()
  expect(isOver).toBe(true)
})
