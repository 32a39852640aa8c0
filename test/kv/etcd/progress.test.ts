import { ProgressAsker, tellsProgress } from '../../../lib/kv/etcd/progress.js'

it('trusts no server whose version makes no sense', () => {
  expect(['', '3.4', 'x.y.z', '2.9.99', '3.3.99', '3.5.x'].map(tellsProgress)).toEqual(Array(6).fill(false))
  expect(['3.6.0-rc.1', '3.5.13+git', '4.0.0'].map(tellsProgress)).toEqual([true, true, true])
})

it('asks once for all that want to know, and again for who came meanwhile', () => {
  let sent = 0
  const asker = new ProgressAsker<string>(() => sent++)
  asker.add('a')
  asker.flush()
  expect(sent).toBe(0)
  asker.isTrusted = true
  asker.add('b')
  asker.flush()
  asker.add('c')
  asker.flush()
  expect([sent, [...asker.answered()]]).toEqual([1, ['a', 'b']])
  asker.flush()
  expect([sent, [...asker.answered()], [...asker.answered()]]).toEqual([2, ['c'], []])
})

it('asks again on the next stream, but not for who is gone or where nobody answers', () => {
  let sent = 0
  const asker = new ProgressAsker<string>(() => sent++)
  asker.isTrusted = true
  asker.add('a')
  asker.add('b')
  asker.flush()
  asker.drop('b')
  asker.detached()
  asker.isTrusted = true
  asker.flush()
  expect([sent, [...asker.answered()]]).toEqual([2, ['a']])
  asker.isTrusted = false
  asker.add('a')
  asker.flush()
  asker.isTrusted = true
  asker.flush()
  expect(sent).toBe(2)
})
