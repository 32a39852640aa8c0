import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { completerOf, completes } from '../../../lib/cli/completion/completes.js'

test('what is said twice of a command is added, and of another one nothing is known', () => {
  const [one, other] = [() => ['a'], () => ['b']]
  const command = completes(completes(new Command('x'), { first: one }), { second: other })
  expect(['first', 'second', 'third', 'toString'].map((name) => completerOf(command, name))).toEqual([
    ...[one, other],
    ...[null, null],
  ])
  expect(completerOf(new Command('x'), 'first')).toBe(null)
})
