import { InfoQueue } from '../../../../lib/runner/host/child/info-queue.js'

async function all(queue: InfoQueue): Promise<unknown[]> {
  const messages: unknown[] = []
  for await (const message of queue) messages.push(message)
  return messages
}

test('whoever does not read gets nine messages, then null, and then the iteration ends', async () => {
  const queue = new InfoQueue()
  const added = Array.from({ length: 12 }, (_, n) => queue.push({ n }))
  expect(added).toEqual([...Array<boolean>(9).fill(true), false, false, false])
  expect(queue.dropped).toBe(3)
  expect(await all(queue)).toEqual([...Array.from({ length: 9 }, (_, n) => ({ n })), null])
  expect(await all(queue)).toEqual([])
  expect(queue.push({ n: 13 })).toBe(false) // What has stalled stays so.
})

test('a reader that waits gets what comes, each message once', async () => {
  const queue = new InfoQueue()
  const both = [queue.next(), queue.next()]
  queue.push({ n: 1 })
  queue.push({ n: 2 })
  expect(await Promise.all(both)).toEqual([1, 2].map((n) => ({ value: { n }, done: false })))
  for (let n = 0; n < 9; n++) queue.push({ n })
  await queue.next() // There is room again.
  expect(queue.push({ n: 9 })).toBe(true)
})

test('of two with the same key the later stands at the place of the former', async () => {
  const queue = new InfoQueue()
  queue.push({ n: 1 }, 'state')
  queue.push({ n: 2 })
  for (let n = 3; n < 100; n++) queue.push({ n }, 'state')
  queue.end()
  expect(await all(queue)).toEqual([{ n: 99 }, { n: 2 }, null])
})

test('its end wakes every reader: one gets null, the others that it is over', async () => {
  const queue = new InfoQueue()
  const both = [queue.next(), queue.next()]
  queue.end()
  queue.end()
  expect(await Promise.all(both)).toEqual([
    { value: null, done: false },
    { value: undefined, done: true },
  ])
})

test('a loop that is left may be begun again', async () => {
  const queue = new InfoQueue()
  queue.push({ n: 1 })
  queue.push({ n: 2 })
  for await (const message of queue) {
    expect(message).toEqual({ n: 1 })
    break
  }
  queue.end()
  expect(await all(queue)).toEqual([{ n: 2 }, null])
})
