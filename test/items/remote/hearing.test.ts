import type { Reading } from '../../../lib/items/model/reading.js'
import { Hearing } from '../../../lib/items/remote/hearing.js'
import { Primer } from '../../../lib/items/remote/primer.js'
import { Escapement } from '../../../lib/movement/index.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'

function start() {
  const clock = new ManualClock()
  const heard: unknown[] = []
  const failures: unknown[] = []
  const answers: ((reading: Reading | Error) => void)[] = []
  const hearing = new Hearing({
    ...{ esc: new Escapement({ clock }), settleMs: 1000, primer: new Primer() },
    listener: ({ value }, missed) => heard.push([value, missed]),
    read: () =>
      new Promise((resolve, reject) => {
        answers.push((reading) => (reading instanceof Error ? reject(reading) : resolve(reading)))
      }),
    failed: (error) => failures.push(error),
  })
  const answer = async (value: Reading | Error): Promise<void> => {
    answers.shift()?.(value)
    await turnOfNode()
  }
  return { clock, hearing, heard, failures, answers, answer }
}

test('a value is asked for at once, and once more a second later', async () => {
  const { clock, hearing, heard, answer, answers } = start()
  hearing.prime()
  await answer({ value: 1, time: 1 })
  clock.advance(999)
  expect(answers).toEqual([])
  clock.advance(1)
  await answer({ value: 2, time: 2 })
  clock.advance(10_000)
  expect([heard, answers]).toEqual([
    [
      [1, 0],
      [2, 0],
    ],
    [],
  ])
})

test('after a gap it is asked for once more, and without one it is not', async () => {
  const { clock, hearing, heard, answer, answers } = start()
  hearing.hear({ value: 1, time: 1 }, 0)
  clock.advance(1000)
  expect(answers).toEqual([])
  hearing.hear({ value: 2, time: 2 }, 5)
  clock.advance(1000)
  await answer({ value: 3, time: 3 })
  expect(heard).toEqual([
    [1, 0],
    [2, 5],
    [3, 0],
  ])
})

test('where the last value never came it is asked for at once, and the answer says how many did not', async () => {
  const { hearing, heard, answer } = start()
  hearing.hear({ value: 1, time: 1 }, 0)
  hearing.miss(3)
  hearing.miss(2)
  await answer({ value: 6, time: 6 })
  hearing.miss(0)
  await answer({ value: 6, time: 6 })
  expect(heard).toEqual([
    [1, 0],
    [6, 5],
    [6, 0],
  ])
})

test('what comes before the answer says how many never came', async () => {
  const { hearing, heard, answer } = start()
  hearing.miss(3)
  hearing.hear({ value: 4, time: 4 }, 1)
  await answer({ value: 3, time: 3 })
  hearing.hear({ value: 5, time: 5 }, 0)
  expect(heard).toEqual([
    [4, 4],
    [5, 0],
  ])
})

test('an answer that is older than what was published is left out', async () => {
  const { hearing, heard, answer } = start()
  hearing.prime()
  hearing.hear({ value: 2, time: 2 }, 0)
  await answer({ value: 1, time: 1 })
  expect(heard).toEqual([[2, 0]])
})

test('a failure is told, unless nobody listens any more', async () => {
  const { hearing, failures, answer } = start()
  const error = new Error('away')
  hearing.prime()
  await answer(error)
  hearing.prime()
  hearing.close()
  await answer(error)
  expect(failures).toEqual([error])
})

test('who has stopped hears nothing', async () => {
  const { clock, hearing, heard, answer, answers } = start()
  hearing.prime()
  hearing.close()
  hearing.hear({ value: 2, time: 2 }, 1)
  hearing.settle()
  await answer({ value: 1, time: 1 })
  clock.advance(5000)
  expect([heard, answers]).toEqual([[], []])
})
