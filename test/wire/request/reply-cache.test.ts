import { ReplyCache } from '../../../lib/wire/request/reply-cache.js'
import type { Work } from '../../../lib/wire/request/work.js'

const work: Work = { type: 'SET', target: '', payload: { value: 'much' } } as never
const body = (json: string) => ({ json, bulk: null })

function start({ max = 10, bytesMax = 1000, ms = 1000 } = {}) {
  const cache = new ReplyCache({ replyCacheMax: max, replyCacheBytesMax: bytesMax, replyCacheMs: ms })
  const answer = (key: string, json: string, nowMs = 0) => {
    cache.begin(key, work)
    cache.end(key, body(json), nowMs)
  }
  return { cache, answer }
}

test('what is under way is found, and then its answer', () => {
  const { cache } = start()
  expect(cache.find('a', 0)).toBeNull()
  cache.begin('a', work)
  expect(cache.find('a', 0)).toMatchObject({ work, body: null })
  cache.end('a', body('1'), 0)
  expect(cache.find('a', 0)).toMatchObject({ type: 'SET', target: '', body: body('1') })
})

test('of what was answered only the answer is kept, not what was sent', () => {
  const { cache, answer } = start()
  answer('a', '1')
  expect(JSON.stringify(cache.find('a', 0))).not.toContain('much')
})

test('what ended without an answer is forgotten', () => {
  const { cache } = start()
  cache.begin('a', work)
  cache.end('a', null, 0)
  expect(cache.find('a', 0)).toBeNull()
})

test('the oldest goes when there are too many', () => {
  const { cache, answer } = start({ max: 2 })
  for (const key of ['a', 'b', 'c']) answer(key, '1')
  expect(['a', 'b', 'c'].map((key) => cache.find(key, 0) !== null)).toEqual([false, true, true])
})

test('the oldest goes when they take too much, and one that is too large is not kept', () => {
  const { cache, answer } = start({ bytesMax: 20 })
  answer('a', 'x'.repeat(10))
  answer('b', 'x'.repeat(10))
  expect(['a', 'b'].map((key) => cache.find(key, 0) !== null)).toEqual([false, true])
  answer('c', 'x'.repeat(100))
  expect(['b', 'c'].map((key) => cache.find(key, 0))).toEqual([null, null])
})

test('an answer is kept as long as is said, and what is under way for ever', () => {
  const { cache, answer } = start({ ms: 1000 })
  answer('a', '1', 500)
  cache.begin('b', work)
  expect(cache.find('a', 1499)).not.toBeNull()
  expect(cache.find('a', 1500)).toBeNull()
  expect(cache.find('b', 1e9)).not.toBeNull()
})
