import { expect, test } from '@jest/globals'
import type { FileMark } from '../../lib/files/file-mark.js'
import { PastFiles } from '../../lib/files/past-files.js'

function mark(id: string, hash = 'x'): FileMark {
  return { path: '/a', id, birth: '0', since: '0', offset: 1, hash, length: 1, over: true }
}

test('gives back what it knows of an inode, once', () => {
  const past = new PastFiles()
  past.add(mark('1:1'))
  expect([past.take('1:1'), past.take('1:1'), [...past.all()]]).toEqual([mark('1:1'), undefined, []])
})

test('keeps every content of one inode in mind, and gives back the last', () => {
  const past = new PastFiles()
  for (const hash of ['x', 'y', 'y']) past.add(mark('1:1', hash))
  expect([...past.all()]).toEqual([mark('1:1', 'x'), mark('1:1', 'y')])
  expect(past.take('1:1')).toEqual(mark('1:1', 'y'))
  expect([...past.all()]).toEqual([mark('1:1', 'x')])
})

test('forgets those first that were let go longest ago', () => {
  const past = new PastFiles()
  for (let i = 0; i < 5000; i++) past.add(mark(`1:${i}`))
  const ids = [...past.all()].map(({ id }) => id)
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([4096, '1:904', '1:4999'])
})
