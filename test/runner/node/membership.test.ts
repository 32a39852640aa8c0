import { groupState } from '../../../lib/runner/node/membership.js'

it('counts who lives against how many there should be', () => {
  expect([1, 2, 3, 4].map((live) => groupState('sure', live, 3))).toEqual([
    ...['DetachedState', 'PartialState', 'CompleteState', 'CompleteState'],
  ])
})

it('takes a second one for complete where nobody has said how many', () => {
  expect([1, 2].map((live) => groupState('sure', live, null))).toEqual(['DetachedState', 'CompleteState'])
})

it('knows nothing while the store does not answer', () => {
  expect((['shaky', 'over'] as const).map((hold) => groupState(hold, 3, 3))).toEqual(['BrokenState', 'BrokenState'])
  expect(groupState('sure', 0, 3)).toBe('BrokenState')
})
