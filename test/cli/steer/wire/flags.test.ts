import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addFormatFlags, addWireFlags } from '../../../../lib/cli/steer/wire/flags.js'

test('durations, hosts and directories are read', () => {
  const command = addFormatFlags(addWireFlags(new Command()))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  command.parse(['--timeout', '5s', '--registry', 'a', '--registry', 'b', '--unformatted'], { from: 'user' })
  expect(command.opts()).toEqual({ timeout: 5000, registry: ['a', 'b'], unformatted: true })
  expect(() => command.parse(['--timeout', 'soon'], { from: 'user' })).toThrow(/duration/)
})
