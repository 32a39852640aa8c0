import { expect, test } from '@jest/globals'
import { News } from '../../../lib/kv/watcher/news.js'

const text = (news: News): string[] =>
  [...news].map(({ key, isDelete, revision }) => `${isDelete ? '-' : '+'}${key}${revision}`)

test('the last changes of a key are kept one by one, of the others the last write and the last deletion', () => {
  const news = new News()
  news.add({ key: 'a', isDelete: true, revision: 1 })
  for (let revision = 2; revision <= 1000; revision++) news.add({ key: 'a', isDelete: false, revision })
  expect(text(news)).toEqual(['-a1', '+a992', ...Array.from({ length: 8 }, (_, i) => `+a${993 + i}`)])
})

test('what is old is forgotten, key by key', () => {
  const news = new News()
  news.add({ key: 'a', isDelete: false, revision: 2 })
  news.add({ key: 'b', isDelete: false, revision: 2 })
  news.add({ key: 'b', isDelete: true, revision: 3 })
  news.forget(2)
  expect([text(news), news.size]).toEqual([['+b2', '-b3'], 1])
})
