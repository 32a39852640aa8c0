import { expect, test } from '@jest/globals'
import { Backlog } from '../../lib/log/backlog.js'

test('lines leave in the order in which they came', () => {
  const backlog = new Backlog(100)
  for (const line of ['a', 'b', 'c']) backlog.push(line)
  const left: unknown[] = []
  for (let line = backlog.first; line !== undefined; line = backlog.first) {
    left.push(line)
    backlog.shift()
    if (line === 'a') backlog.push('d')
  }
  expect([left, backlog.length, backlog.takeLost()]).toEqual([['a', 'b', 'c', 'd'], 0, 0])
})

test('what is beyond the limit is counted, the oldest stay, and there is room again when they have left', () => {
  const backlog = new Backlog(6)
  for (const line of ['äb', 'cd', 'e', 'fg']) backlog.push(line)
  expect([backlog.length, backlog.takeLost(), backlog.takeLost()]).toEqual([3, 1, 0])
  backlog.shift()
  backlog.push('h')
  expect([backlog.takeAll(), backlog.length, backlog.takeLost()]).toEqual([['cd', 'e', 'h'], 0, 0])
})

test('a line that is longer than the limit is taken if none waits', () => {
  const backlog = new Backlog(4)
  backlog.push('abcdefgh')
  backlog.push('i')
  expect([backlog.first, backlog.takeLost()]).toEqual(['abcdefgh', 1])
})

test('lines that are lost otherwise are counted with those', () => {
  const backlog = new Backlog(4)
  backlog.lose()
  backlog.lose(2)
  expect(backlog.takeLost()).toBe(3)
})
