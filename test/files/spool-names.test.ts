import { expect, test } from '@jest/globals'
import { SpoolNames, isTemporary } from '../../lib/files/spool-names.js'

test('knows the names of files that somebody is still writing', () => {
  expect(['.a', 'tmp.a', 'tmpa', 'a.tmp', 'a.part', 'a~'].filter(isTemporary)).toHaveLength(6)
  expect(['a', 'a.log', 'atmp', 'a.tmp.log'].filter(isTemporary)).toEqual([])
})

test('makes names that sort in the order of their making, also when the clock is put back', () => {
  let wall = 1_700_000_000_000
  const names = new SpoolNames({ wall: () => wall, pid: 7, suffix: '.log' })
  const made = [names.next(), names.next()]
  wall -= 3_600_000
  made.push(names.next())
  wall += 7_200_000
  made.push(names.next())
  expect([...made].sort()).toEqual(made)
  expect(new Set(made).size).toBe(4)
})
