import { hasLabels, rankOf, readMember, unreadableMember, type Member } from '../../../lib/runner/node/placement.js'

const member = (node: string, more: Partial<Member> = {}): Member => ({
  ...{ node, capacity: 10, labels: {}, isDraining: false },
  ...more,
})
const idle = () => 0
const ranks = (members: readonly Member[], load: (node: string) => number, job = 'j', labels = {}) =>
  members.map(({ node }) => rankOf(node, job, labels, members, load))

it('puts first who has less to do for what it can', () => {
  const members = [member('a'), member('b', { capacity: 100 }), member('c')]
  expect(ranks(members, (node) => (node === 'c' ? 1 : 5))).toEqual([2, 0, 1])
})

it('gives equals an order that all agree on, and another one for another job', () => {
  const members = ['a', 'b', 'c', 'd'].map((node) => member(node))
  const orders = Array.from({ length: 20 }, (_, n) => ranks(members, idle, `job ${n}`))
  for (const order of orders) expect([...order].sort()).toEqual([0, 1, 2, 3])
  expect(new Set(orders.map(String)).size).toBeGreaterThan(5)
})

it('passes over who can not take it', () => {
  const members = [
    member('a', { labels: { disk: 'ssd' } }),
    ...[member('b'), member('c', { isDraining: true, labels: { disk: 'ssd' } })],
    member('full', { capacity: 1, labels: { disk: 'ssd' } }),
  ]
  expect(rankOf('a', 'j', { disk: 'ssd' }, members, (node) => (node === 'full' ? 1 : 0))).toBe(0)
})

it('comes last where it does not know itself as a member yet', () => {
  expect(rankOf('x', 'j', {}, [member('a'), member('b')], idle)).toBe(2)
})

it('asks for each label, as an own property', () => {
  const labels = { disk: 'ssd', gpu: 'yes' }
  expect(
    [{}, { disk: 'ssd' }, { disk: 'hdd' }, { tape: 'yes' }].map((wanted) => hasLabels({ labels }, wanted)),
  ).toEqual([...[true, true, false, false]])
  expect(hasLabels({ labels: {} }, { constructor: 'x' })).toBe(false)
})

it('reads what a member says of itself field by field; of one that can not be read it knows that it takes nothing', () => {
  const text = '{"capacity": 2, "labels": {"disk": "ssd"}, "isDraining": true, "pid": 1}'
  expect(readMember('a', text)).toEqual({ node: 'a', capacity: 2, labels: { disk: 'ssd' }, isDraining: true })
  expect(readMember('a', '{}')).toEqual({ node: 'a', capacity: 1, labels: {}, isDraining: false })
  expect(() => readMember('a', '{"capacity": 0, "labels": {"x": 1}, "isDraining": 1}')).toThrow(
    'what node a says of itself is spoilt: capacity must be a whole number, at least 1: it is 0; ' +
      'labels must be an object of texts: it is {"x":1}; isDraining must be true or false: it is 1',
  )
  expect(rankOf('a', 'j', {}, [member('a'), unreadableMember('b')], idle)).toBe(0)
})
