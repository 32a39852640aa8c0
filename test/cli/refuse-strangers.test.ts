import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { refuseStrangers } from '../../lib/cli/refuse-strangers.js'

function start() {
  const said: string[] = []
  const command = new Command('lamp').option('--level <level>').option('-q')
  command.exitOverride().configureOutput({ writeErr: (text) => said.push(text) })
  return { command, said }
}

test('ends the command as commander does, with each word that is none and what was meant', () => {
  const { command, said } = start()
  const words = [
    { word: '--levle', meant: '--level' },
    { word: 'stray', meant: null },
    { word: '--zebra\n', meant: null },
  ]
  const refuse = (): void =>
    refuseStrangers(command, (flags) => {
      expect(flags).toEqual(['--level'])
      return words
    })
  expect(refuse).toThrow(expect.objectContaining({ code: 'commander.unknownOption' }))
  expect(said.join('').split('\n')).toEqual([
    "error: unknown option '--levle'",
    '(Did you mean --level?)',
    "error: 'stray' is no option, nor the value of one",
    "error: unknown option '--zebra\\x0a'",
    '',
  ])
})

test('says nothing if there is none', () => {
  const { command, said } = start()
  refuseStrangers(command, () => [])
  expect(said).toEqual([])
})
