/** How the words of a command are completed: what each command says of its arguments and options. */
import type { Command } from 'commander'

/** What somebody is typing. */
export interface Typed {
  /** The word, as far as it is there. */
  readonly word: string
  /** The arguments of the command before it. */
  readonly args: readonly string[]
  /** The options before it that have a value, as `--home`: the last of each. */
  readonly options: ReadonlyMap<string, string>
}

/** What a word may become; a place tells the shell to add its own files or directories. */
export type Candidate =
  string | { readonly word: string; readonly about: string } | { readonly place: 'files' | 'directories' }

/** Says what a word may become. What doesn't begin with it is left out by who asks; what fails, or takes long, is nothing. */
export type Completer = (typed: Typed) => readonly Candidate[] | Promise<readonly Candidate[]>

const declared = new WeakMap<Command, Readonly<Record<string, Completer>>>()

/**
 * Say how arguments of a command, by their names, and options, by their long flags, are completed. What has choices needs
 * nothing, nor has what is called `app`, `file`, `directory`, `dir` or `folder`. Answers the command.
 *
 * @example
 * const { Command } = await import('commander')
 * const paint = new Command('paint').argument('<colour>').option('--on <wall>')
 * completes(paint, { colour: () => ['red', 'green'], '--on': () => ['north'] })
 * assert.equal(completerOf(paint, '--on') === null, false)
 */
export function completes(command: Command, completers: Readonly<Record<string, Completer>>): Command {
  declared.set(command, { ...declared.get(command), ...completers })
  return command
}

/** What a command said of an argument or an option; null: nothing. */
export function completerOf(command: Command, name: string): Completer | null {
  const completers = declared.get(command) ?? {}
  return Object.hasOwn(completers, name) ? (completers[name] ?? null) : null
}
