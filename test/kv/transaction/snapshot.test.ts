import { expect, test } from '@jest/globals'
import type { Snapshot as Answer } from '../../../lib/kv/engine/engine.js'
import { Snapshot, type Recovery } from '../../../lib/kv/transaction/snapshot.js'

/** A reader that answers when it is told to. */
function start(revision?: number, recover: Recovery['recover'] = () => Promise.resolve(null)) {
  const asked: string[] = []
  const answers: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = []
  const snapshot = new Snapshot(
    {
      range: (requests, at) => {
        asked.push(`${requests.map(({ key }) => key).join(' ')} at ${at}`)
        return new Promise((resolve, reject) => answers.push({ resolve, reject }))
      },
    },
    revision,
    { recover },
  )
  const told: string[] = []
  const read = (key: string): void => {
    const failed = (error: unknown): void => void told.push(`${key}: ${String(error)}`)
    snapshot.read({ request: { key }, answered: ({ count }) => void told.push(`${key}: ${count}`), failed })
  }
  const answer = async (at: number, ...counts: number[]): Promise<void> => {
    answers.shift()?.resolve({ revision: at, results: counts.map((count) => ({ kvs: [], count })) })
    await Promise.resolve()
    await new Promise(setImmediate)
  }
  const fail = async (): Promise<void> => {
    answers.shift()?.reject(new Error('no'))
    await new Promise(setImmediate)
  }
  return { snapshot, asked, told, read, answer, fail }
}

test('what is asked at once goes in one request; what comes meanwhile waits for the state that it finds', async () => {
  const { snapshot, asked, told, read, answer } = start()
  read('a')
  read('b')
  await Promise.resolve()
  read('c')
  read('d')
  await answer(7, 1, 2)
  expect([asked, told]).toEqual([
    ['a b at undefined', 'c d at 7'],
    ['a: 1', 'b: 2'],
  ])
  let isIdle = false
  void snapshot.idle().then(() => (isIdle = true))
  await Promise.resolve()
  expect([isIdle, snapshot.isBusy]).toEqual([false, true])
  await answer(7, 3, 4)
  expect([isIdle, snapshot.isBusy, told.slice(2), snapshot.revision]).toEqual([true, false, ['c: 3', 'd: 4'], 7])
  await snapshot.idle()
})

test('a failure is that of the reads in its request alone', async () => {
  const { asked, told, read, answer, fail } = start()
  read('a')
  await Promise.resolve()
  read('b')
  await fail()
  await answer(7, 1)
  expect([asked, told]).toEqual([
    ['a at undefined', 'b at undefined'],
    ['a: Error: no', 'b: 1'],
  ])
})

test('another state may stand in for one that can’t be read', async () => {
  const recover: Recovery['recover'] = () => Promise.resolve({ revision: 9, results: [{ kvs: [], count: 5 }] })
  const { snapshot, asked, told, read, fail } = start(3, recover)
  read('a')
  await Promise.resolve()
  await fail()
  expect([asked, told, snapshot.revision]).toEqual([['a at 3'], ['a: 5'], 9])
})
