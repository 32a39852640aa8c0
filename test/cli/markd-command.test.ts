import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('markd --help teaches: an item file, a class, arguments, where it listens, how it ends', () => {
  const { status, stdout } = deadbeat(scratch({}), ['markd', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('Usage: deadbeat markd [options] <store> [alias]')
  for (const word of [
    'class LampDaemon extends ItemDaemon',
    '--config lamp.json',
    '--arg device=',
    '127.0.0.1',
    'Exit codes',
  ])
    expect(stdout).toContain(word)
})

test('a port or an argument that is none is refused with the rule', () => {
  const dir = scratch({})
  const refused = (...argv: string[]) => deadbeat(dir, ['markd', 'lamp', ...argv]).stderr
  expect(refused('--port', '9-1')).toContain(
    "It must be a port, or two with the first and the last, as in '10079-10099'.",
  )
  expect(refused('--arg', 'device')).toContain("It must be NAME=VALUE, as in 'device=/dev/ttyS0'.")
})

test('a flag that is none is refused before anything is loaded, and the one that was meant is said', () => {
  const { status, stderr } = deadbeat(scratch({}), ['markd', 'lamp', '--persist.inn', 'file', '--module', 'none.ts'])
  expect([status, stderr]).toEqual([64, "error: unknown option '--persist.inn'\n(Did you mean --persist.in?)\n"])
})
