import { ToIdea, type ToIdeaOptions } from '../../cogs/to-idea.js'
import { itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { faultsOfIdea } from '../../lib/text/idea.js'

const SETTINGS = { category: ['Attempt.Login'], nodeName: 'org.example.gate' }
const TIME = '2026-11-21T09:00:00.000Z'

const convert = (data: object, options: Partial<ToIdeaOptions<object, object>> = {}) =>
  [...(new ToIdea<object>(testTrain().train, { ...SETTINGS, ...options }).turn(data) as Iterable<object>)][0] as Record<
    string,
    unknown
  >

test('makes a whole message of what was detected', () => {
  const options = {
    ...{ description: 'SSH login attempts', nodeType: ['Log'], nodeSw: ['sshd'], proto: ['tcp', 'ssh'] },
    ...{ detectTime: 'at', sourceIp: '/src/ip', sourcePort: '/src/port', targetIp: 'dst', targetPort: 'port' },
    ...{ connCount: 'n', idGetter: () => 'a1' },
  }
  const data = {
    at: TIME,
    src: { ip: ['192.0.2.7', '2001:db8::7'], port: '50022' },
    dst: '192.0.2.1',
    port: 22,
    n: '20',
  }
  expect(convert(data, options)).toEqual({
    Format: 'IDEA0',
    ID: 'a1',
    CreateTime: '2026-01-01T00:00:00.000Z',
    DetectTime: TIME,
    Category: ['Attempt.Login'],
    Description: 'SSH login attempts',
    ConnCount: 20,
    Source: [{ IP4: ['192.0.2.7'], IP6: ['2001:db8::7'], Port: [50022], Proto: ['tcp', 'ssh'] }],
    Target: [{ IP4: ['192.0.2.1'], Port: [22], Proto: ['tcp', 'ssh'] }],
    Node: [{ Name: 'org.example.gate', Type: ['Log'], SW: ['sshd'] }],
  })
})

test('gives each message an id of its own, and nothing that is not known', () => {
  const [first, second] = [convert({ time: TIME }), convert({ time: TIME, ip: null })]
  expect(first.ID).not.toBe(second.ID)
  expect(Object.keys(second)).toEqual(['Format', 'ID', 'CreateTime', 'DetectTime', 'Category', 'Node'])
  expect(faultsOfIdea(second)).toEqual([])
})

test('takes keys of your own', () => {
  const more = () => ({ Category: ['Test'], _Example: { a: 1 } })
  expect(convert({ time: TIME }, { more })).toMatchObject({ Category: ['Test'], _Example: { a: 1 } })
})

test('a datum that gives no good message fails with its faults', () => {
  expect(() => convert({ ip: '192.0.2.1' })).toThrow('/DetectTime is missing')
  expect(() => convert({ time: TIME, ip: 'nowhere' })).toThrow('/Source/0/IP4/0 must be an IPv4 address')
  expect(() => convert({ time: TIME, p: 'ssh' }, { targetPort: 'p' })).toThrow('/Target/0/Port/0 must be a port')
})

test('names that objects inherit are only ever own properties', () => {
  expect(() => convert({ time: TIME }, { sourceIp: 'constructor' })).not.toThrow()
  expect(convert({ time: TIME }, { sourceIp: '__proto__' }).Source).toBeUndefined()
})

test('puts the message beside what it came of', () => {
  const cog = new ToIdea<object>(testTrain().train, { ...SETTINGS, setter: itemSetter('idea') as never })
  expect(cog.turn({ time: TIME })).toEqual([{ time: TIME, idea: expect.objectContaining({ Format: 'IDEA0' }) }])
})
