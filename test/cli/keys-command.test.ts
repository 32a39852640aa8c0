import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('keys --help says how two machines come to know each other', () => {
  const { status, stdout } = deadbeat(scratch({}), ['keys', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat keys allow anna anna.key')
})

test('the five commands of two machines', () => {
  const dir = scratch({})
  const at = (machine: string, ...words: string[]) => deadbeat(dir, ['keys', ...words, '--dir', machine])
  expect(at('server', 'new', 'heater').status).toBe(0)
  expect(at('client', 'new', 'anna').status).toBe(0)
  expect(at('server', 'allow', 'anna', 'client/public/anna.key').stdout).toMatch(/^anna may connect: \S{40}\n$/)
  expect(at('client', 'know', 'heater', 'server/public/heater.key').stdout).toMatch(/^heater is known: \S{40}\n$/)
  expect(
    at('server', 'list')
      .stdout.split('\n')
      .map((line) => line.slice(0, 14).trim()),
  ).toEqual(['own     heater', 'client  anna', ''])
})

test('a verb that lacks its words is a wrong usage, code 64', () => {
  expect(deadbeat(scratch({}), ['keys', 'new']).status).toBe(64)
  expect(deadbeat(scratch({}), ['keys', 'make', 'x']).status).toBe(64)
})
