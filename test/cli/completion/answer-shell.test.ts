import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { answerShell } from '../../../lib/cli/completion/answer-shell.js'
import { completes, type Completer } from '../../../lib/cli/completion/completes.js'

function asked(colour: Completer): Promise<string> {
  const program = completes(new Command('paint').argument('<colour>'), { colour })
  return answerShell(program, [''], () => Promise.resolve(null))
}

test('a line says what the shell adds, the others are words with what they are', async () => {
  expect(await asked(() => [{ word: 'red', about: 'like fire' }, 'green', { place: 'directories' }])).toBe(
    'directories\nred\tlike fire\ngreen\t\n',
  )
})

test('whatever things are called, a word is a line', async () => {
  expect(await asked(() => [{ word: 'a\tb', about: 'c\nd\u001b[2J' }])).toBe('words\na\\x09b\tc\\x0ad\\x1b[2J\n')
})

test('what fails tells nothing', async () => {
  expect(await asked(() => Promise.reject(new Error('no')))).toBe('words\n')
})
