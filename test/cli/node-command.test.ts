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

it('refuses what is no option by its name, and says what may have been meant', async () => {
  const said: string[] = []
  const program = new Command().exitOverride()
  addNode(program, () => undefined)
  program.commands[0]!.exitOverride().configureOutput({ writeErr: (text) => said.push(text) })
  const argv = ['node', '--name', 'n1', '--capcity', '4', '--items.kye', 'n1', 'stray', '--zebra\n']
  await expect(program.parseAsync(argv, { from: 'user' })).rejects.toMatchObject({ code: 'commander.unknownOption' })
  expect(said.join('').split('\n')).toEqual([
    "error: unknown option '--capcity'",
    '(Did you mean --capacity?)',
    "error: unknown option '--items.kye'",
    '(Did you mean --items.key?)',
    "error: 'stray' is no option, nor the value of one",
    "error: unknown option '--zebra\\x0a'",
    '',
  ])
})

it('tells in its help how a node works, with what it does if nobody says otherwise', () => {
  const said: string[] = []
  const program = new Command()
  addNode(program, () => undefined)
  program.commands[0]!.configureOutput({ writeOut: (text) => said.push(text) }).outputHelp()
  expect(said.join('')).toMatch(/--node.blameless-ms DURATION\n[^]*Default 600000 ms/)
})
