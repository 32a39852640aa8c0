import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addSteering, type How } from '../../../lib/cli/steer/add-steering.js'
import type { Target } from '../../../lib/cli/steer/connect.js'
import { addFormatFlags } from '../../../lib/cli/steer/wire/flags.js'

async function parse(argv: string[], takesPattern: boolean, act: (target: Target, how: How) => Promise<number>) {
  const program = new Command('deadbeat').enablePositionalOptions().exitOverride()
  let code: number | null = -1
  addSteering(program, (ended) => (code = ended), {
    ...{ name: 'look', summary: 'look at it', help: '\nHow.\n', takesPattern, act },
    extend: (command) => command.option('--count <n>', 'how many'),
  })
  await program.parseAsync(argv, { from: 'user' })
  return { code, help: program.commands[0]?.helpInformation() ?? '' }
}

test('a command is told whom to ask, for which items, and what else was written', async () => {
  const told: unknown[] = []
  const act = (target: Target, { json, args, flags }: How): Promise<number> => {
    told.push([target.name, target.socket, target.pattern, json, args, (flags as { count?: string }).count])
    return Promise.resolve(7)
  }
  const flags = ['--json', '--count', '3', '--socket', '/x']
  expect((await parse(['look', 'lamp', 'a.b', '5', ...flags], true, act)).code).toBe(7)
  await parse(['look', 'lamp', 'word', ...flags], false, act)
  expect(told).toEqual([
    ['lamp', '/x', 'a.b', true, ['5'], '3'],
    ['lamp', '/x', '*', true, ['word'], '3'],
  ])
})

const overWire = () => Promise.resolve(3)

test.each([
  [['lamp', '--keys', 'd'], 3],
  [['lamp', '--home', 'd', '--formatted'], 3],
  [['lamp', '--socket', '/x', '--timeout', '5s'], 7],
  [['lamp', '--keys', 'd', '--socket', '/x'], 64],
  [['lamp', '--refresh', '--socket', '/x'], 64],
  [['lamp', '--formatted', '--socket', '/x'], 64],
  [['lamp', '--unformatted', '--socket', '/x'], 7],
])('%j: what a control socket cannot honour is refused, or means the wire', async (argv, code) => {
  const program = new Command('deadbeat').enablePositionalOptions().exitOverride()
  let ended: number | null = -1
  addSteering(program, (told) => (ended = told), {
    ...{ name: 'look', summary: 'look at it', help: '', takesPattern: true, overWire },
    extend: (command) => addFormatFlags(command).option('--refresh'),
    act: ({ timeoutMs }) => Promise.resolve(timeoutMs === undefined || timeoutMs === 5000 ? 7 : -2),
  })
  await program.parseAsync(['look', ...argv], { from: 'user' })
  expect(ended).toBe(code)
})

test('what fails is told by its code', async () => {
  const act = (): Promise<number> => Promise.reject(Object.assign(new Error('not there'), { code: 'ERR_NOT_RUNNING' }))
  expect((await parse(['look', 'lamp', '--socket', '/x'], false, act)).code).toBe(69)
})

test('its help says what it takes', async () => {
  const { help } = await parse(['look', 'lamp', '--socket', '/x'], true, () => Promise.resolve(0))
  expect(help).toContain('Usage: deadbeat look [options] <app> [more...]')
  expect(help).toContain('Look at it.')
})
