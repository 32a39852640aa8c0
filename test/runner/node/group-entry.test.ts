import { readGroupEntry } from '../../../lib/runner/node/group-entry.js'

it('fills in what is not said', () => {
  expect(readGroupEntry({})).toEqual({ size: null, paused: false, draining: [] })
  expect(readGroupEntry({ size: 2, draining: ['a'] })).toEqual({ size: 2, paused: false, draining: ['a'] })
})

it.each([
  [{ size: 1.5 }, /size must be null or a whole number from 1 on: it is 1.5/],
  [{ paused: 'yes' }, /paused must be true or false/],
  [{ draining: 'a' }, /draining must be a list of names of nodes/],
])('refuses %j', (value, message) => {
  expect(() => readGroupEntry(value)).toThrow(expect.objectContaining({ code: 'ERR_ENTRY' }))
  expect(() => readGroupEntry(value)).toThrow(message)
})
