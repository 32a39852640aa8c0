import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { anyItem, anyMethod, BY_NAME } from '../../../lib/cli/completion/completers.js'
import { completerOf } from '../../../lib/cli/completion/completes.js'
import { addSteering } from '../../../lib/cli/steer/add-steering.js'

test.each([
  ['file', { place: 'files' }],
  ['directory', { place: 'directories' }],
  ['app', 'resolve'],
])('what is called %s may be %j', async (name, expected) => {
  expect(await BY_NAME[name]?.({ word: '', args: [], options: new Map() })).toContainEqual(expected)
})

test('what is called is a method, what is looked at an item', () => {
  const completerOfFirst = (name: string): unknown => {
    const program = new Command()
    addSteering(program, () => undefined, {
      ...{ name, summary: '', help: '', takesPattern: true },
      act: () => Promise.resolve(0),
    })
    return completerOf(program.commands[0] as Command, 'app')
  }
  expect([completerOfFirst('call'), completerOfFirst('get')]).toEqual([anyMethod, anyItem])
})
