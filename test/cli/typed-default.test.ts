import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { expect, test } from '@jest/globals'
import { CODE_PROGRAM } from '../../lib/cli/code/program.js'
import { duration } from '../../lib/cli/daemon-options.js'
import { ERROR_PROGRAM } from '../../lib/cli/error/program.js'
import { JOB_PROGRAM } from '../../lib/cli/job/program.js'
import { KV_PROGRAM } from '../../lib/cli/kv/program.js'
import { storeProgram } from '../../lib/cli/kv/store-program.js'
import { ofProcess } from '../../lib/cli/kv/surroundings.js'
import { programOf } from '../../lib/cli/program.js'
import { TYPED_HELP, withDefault } from '../../lib/cli/typed-default.js'

const { optionDescription, argumentDescription } = TYPED_HELP

test('a default is read as if it had been typed, and shown as it was', () => {
  const option = withDefault('--timeout <duration>', 'how long', duration, '40s')
  expect(option.defaultValue).toBe(40_000)
  expect(optionDescription(option)).toBe('how long (default: 40s)')
})

test('a default that nobody could type is found where the option is made', () => {
  expect(() => withDefault('--timeout <duration>', 'how long', duration, 'long')).toThrow(InvalidArgumentError)
})

test('texts and choices stand without quotes, an option that may come again without its empty list', () => {
  expect(optionDescription(new Option('--on <node>', 'which').default('NODE'))).toBe('which (default: NODE)')
  expect(optionDescription(new Option('--to <what>', 'what').choices(['a', 'b']).default('a'))).toBe(
    'what (choices: a, b; default: a)',
  )
  expect(optionDescription(new Option('--also <host>', 'may come again').default([]))).toBe('may come again')
  expect(optionDescription(new Option('--also <host>', 'who').default([], 'none'))).toBe('who (default: none)')
  expect(optionDescription(new Option('--no-color', 'plain').default(true))).toBe('plain')
  expect(argumentDescription(new Argument('[path]', 'where').default('/'))).toBe('where (default: /)')
})

test("no command's help shows a default as JSON, or a time without its unit", () => {
  const own = [KV_PROGRAM, JOB_PROGRAM, CODE_PROGRAM, ERROR_PROGRAM]
  const programs = own.map((each) => storeProgram(each, ofProcess(), () => undefined))
  const shown = [programOf(), ...programs].flatMap(commandsBelow).flatMap(notesOf)
  expect(shown.length).toBeGreaterThan(200)
  expect(shown.filter(([, note]) => /["[{]/.test(note))).toEqual([])
  expect(shown.filter(([flags, note]) => /<(time|duration)>/.test(flags) && /default: \d+\)/.test(note))).toEqual([])
})

function commandsBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsBelow)]
}

/** Its options and arguments, each with what its help says behind the description. */
function notesOf(command: Command): [name: string, note: string][] {
  const help = command.createHelp()
  Object.assign(help, command.configureHelp())
  return [
    ...command.options.map((each): [string, string] => [
      `${command.name()} ${each.flags}`,
      help.optionDescription(each).slice(each.description.length),
    ]),
    ...command.registeredArguments.map((each): [string, string] => [
      `${command.name()} ${each.name()}`,
      help.argumentDescription(each).slice(each.description.length),
    ]),
  ]
}
