import { openRights, readRules, Rights } from '../../../lib/rights/index.js'
import { JobRights } from '../../../lib/runner/node/job-rights.js'
import { anyJob } from './kit.js'

const of = (rules: unknown[] | null) =>
  new JobRights({
    ...{ id: anyJob('a', 'question'), prefix: '/deadbeat' },
    rights: rules === null ? null : new Rights({ rules: () => readRules({ rules }) }),
  })
const forbidden = expect.objectContaining({ code: 'ERR_FORBIDDEN' })

it('lets a job have the tree of its users where there are no rules, and call nobody', () => {
  const rights = of(null)
  expect(rights.key('set', ['room', 'a/b'])).toBe('/room/a%2Fb')
  expect(rights.topic('set', ['t', 'x'])).toBe('/deadbeat/message/t/x')
  expect(() => rights.requireCall('heater', 'reset')).toThrow(forbidden)
})

it.each([
  ['without rules', null],
  ['whatever the rules', [{ who: 'anyone', may: ['read', 'set', 'call', 'run'], on: ['/*', '*'] }]],
])('never lets it touch what the fleet is kept in, %s', (_, rules) => {
  const rights = of(rules)
  expect(() => rights.key('read', ['deadbeat'])).toThrow(forbidden)
  expect(() => rights.key('set', ['deadbeat', 'claim', 'x'])).toThrow(forbidden)
  expect(rights.key('read', ['deadbeats'])).toBe('/deadbeats')
})

it('goes by the rules where there are any', () => {
  const rights = of([
    { who: 'job any/default a.*', may: 'read', on: '/room/*' },
    { who: 'job any/default *', may: 'call', on: 'heater.*' },
    { who: 'job any/other *', may: ['read', 'set'], on: '/*' },
  ])
  expect(rights.key('read', ['room', 'lamp'])).toBe('/room/lamp')
  expect(() => rights.key('set', ['room', 'lamp'])).toThrow('job any/default a.question may not set "/room/lamp"')
  expect(() => rights.topic('read', ['t'])).toThrow(forbidden)
  rights.requireCall('heater', 'reset')
  expect(() => rights.requireCall('cooler', 'reset')).toThrow(forbidden)
})

it('is not the user whose node it is', async () => {
  const { rights } = await openRights({ isLocalWithoutKeys: true })
  const own = new JobRights({ id: anyJob('a'), prefix: '/deadbeat', rights })
  expect(own.may('read', '/room')).toBe(false)
})
