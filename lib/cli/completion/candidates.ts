/** What the word that somebody types may become, by the commands as they are written. */
import type { Argument, Command, Option } from 'commander'
import { BY_NAME } from './completers.js'
import { completerOf, type Candidate, type Completer, type Typed } from './completes.js'

/** Where in a line its last word stands. */
interface Spot {
  readonly command: Command
  readonly typed: Typed
  /** The option whose value it is; null if it is none. */
  readonly option: Option | null
  /** What stands before the value in the same word, as `--home=`. */
  readonly before: string
  /** Whether options are over: `--` was written. */
  readonly isPlain: boolean
}

/** What a whole word may become. */
export interface Completion {
  readonly words: readonly { readonly word: string; readonly about: string }[]
  /** What the shell adds of its own. */
  readonly place: 'words' | 'files' | 'directories'
}

/** Answers the commands behind one that is loaded only when it is used; null: it has none of its own. */
export type Behind = (name: string) => Promise<Command | null>

/**
 * Complete the last of some words, those behind the name of the program.
 *
 * @param behind Answers the program of a command that is another one.
 * @throws What a completer throws.
 * @example
 * const { Command } = await import('commander')
 * const program = new Command('paint')
 * program.command('wall').description('paint a wall').option('--colour <name>')
 * assert.deepEqual((await complete(program, ['wa'])).words, [{ word: 'wall', about: 'paint a wall' }])
 * assert.deepEqual((await complete(program, ['wall', '--c'])).words, [{ word: '--colour', about: '' }])
 */
export async function complete(
  program: Command,
  words: readonly string[],
  behind: Behind = () => Promise.resolve(null),
): Promise<Completion> {
  const [first = ''] = words
  const other = words.length > 1 ? await behind(first) : null
  const spot = other === null ? spotOf(program, words) : spotOf(other, words.slice(1))
  const { typed, before } = spot
  const candidates = await candidatesAt(spot)
  const found = candidates.flatMap((each) =>
    typeof each === 'string' ? [{ word: each, about: '' }] : 'word' in each ? [each] : [],
  )
  const places = candidates.flatMap((each) => (typeof each === 'object' && 'place' in each ? [each.place] : []))
  return {
    words: found
      .filter(({ word }) => word.startsWith(typed.word))
      .map(({ word, about }) => ({ word: before + word, about })),
    place: places.includes('files') ? 'files' : (places[0] ?? 'words'),
  }
}

/** Walk along the words, as commander would. */
function spotOf(program: Command, words: readonly string[]): Spot {
  const word = words.at(-1) ?? ''
  let command = program
  let args: string[] = []
  const options = new Map<string, string>()
  let awaited: Option | null = null
  let isPlain = false
  for (const each of words.slice(0, -1)) {
    const takes = awaited
    awaited = null
    if (takes !== null) options.set(nameOf(takes), each)
    else if (isPlain) args.push(each)
    else if (each === '--') isPlain = true
    else if (each.startsWith('-')) {
      const { option, value } = readOption(command, each)
      if (option === null)
        args.push(each) // The setting of an app, or wrong.
      else if (value !== null) options.set(nameOf(option), value)
      else if (option.required) awaited = option
    } else {
      const below = args.length === 0 ? subcommand(command, each) : null
      if (below !== null) command = below
      else if (each !== 'help' || command.commands.length === 0) args = [...args, each]
    }
  }
  const { option, value } = awaited === null && !isPlain ? readOption(command, word) : { option: awaited, value: word }
  const isValue = option !== null && value !== null
  const typed = { word: isValue ? value : word, args, options }
  const before = isValue ? word.slice(0, word.length - value.length) : ''
  return { command, typed, option: isValue ? option : null, before, isPlain }
}

function candidatesAt({ command, typed, option, isPlain }: Spot): ReturnType<Completer> {
  if (option !== null) return ofValue(command, option)(typed)
  if (!isPlain && typed.word.startsWith('-')) return optionsOf(command)
  const below = typed.args.length === 0 ? commandsOf(command) : []
  return below.length > 0 ? below : ofArgument(command, typed)(typed)
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), about: each.summary() || each.description() }))
}

function optionsOf(command: Command): Candidate[] {
  const help = Object.assign(command.createHelp(), command.configureHelp())
  const global = help.showGlobalOptions ? help.visibleGlobalOptions(command) : []
  return [...help.visibleOptions(command), ...global].map((each) => ({ word: nameOf(each), about: each.description }))
}

function ofValue(command: Command, option: Option): Completer {
  const [, name = ''] = /<([^>]+)>/.exec(option.flags) ?? []
  return completerFor(command, nameOf(option), option.argChoices, name.replace(/\.\.\.$/, ''))
}

function ofArgument(command: Command, { args }: Typed): Completer {
  const all: readonly Argument[] = command.registeredArguments
  const last = all.at(-1)
  const argument = all[args.length] ?? (last?.variadic === true ? last : undefined)
  if (argument === undefined) return nothing
  return completerFor(command, argument.name(), argument.argChoices, argument.name())
}

const nothing: Completer = () => []

/** By its choices, what the command said, or what its name says, in this order. */
function completerFor(command: Command, key: string, choices: readonly string[] | undefined, name: string): Completer {
  const usual = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
  return choices === undefined ? (completerOf(command, key) ?? usual ?? nothing) : () => choices
}

function subcommand(command: Command, name: string): Command | null {
  return command.commands.find((each) => each.name() === name || each.aliases().includes(name)) ?? null
}

/** The option that a word is, of the command or of those above it, and the value that stands in the same word. */
function readOption(command: Command, word: string): { option: Option | null; value: string | null } {
  const [, flag = word, value = null] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const option = at.options.find(({ long, short }) => flag === long || flag === short)
    if (option !== undefined) return { option, value }
  }
  return { option: null, value: null }
}

/** As it is written in full. */
function nameOf({ long, short }: Option): string {
  return long ?? short ?? ''
}
