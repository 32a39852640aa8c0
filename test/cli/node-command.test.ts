import { Command } from 'commander'
import { addNode } from '../../lib/cli/node-command.js'

it('has an option for all that a node is', () => {
  const program = new Command()
  addNode(program, () => undefined)
  const help = program.commands[0]!.helpInformation()
  for (const option of ['--name', '--group', '--kinds', '--labels', '--capacity', '--size', '--ttl', '--url', '--unit'])
    expect(help).toContain(option)
  expect(help).not.toContain('default: [')
  expect(help).toContain('(default: 10s)')
})

it.each([
  [['--kinds', 'any,some'], 'It must be of any, at, all'],
  [['--capacity', '0'], 'It must be a whole number from 1 on'],
  [['--labels', 'ssd'], 'It must be NAME=VALUE'],
  [['--signer', 'anna.pub'], 'It must be a public key as deadbeat code sign tells it, no file: 43 letters'],
  [['--kv', 'memory:'], 'The store is named by --url here.'],
])('refuses %j', (argv, message) => {
  const program = new Command().exitOverride()
  addNode(program, () => undefined)
  const command = program.commands[0]!.exitOverride().configureOutput({ writeErr: () => undefined })
  expect(() => command.parse(argv, { from: 'user' })).toThrow(message)
})
