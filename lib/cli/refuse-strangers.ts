/** What is no flag is refused, also by commands that take settings as flags, which commander knows nothing of. */
import type { Command } from 'commander'
import type { Stranger } from '../conf/index.js'
import { escapeControls } from '../errors/escape-controls.js'

/**
 * End the command as commander does for an unknown option, if something among its settings is none.
 *
 * @param strangersOf finds what is no setting, nor the value of one; it is told the flags of the command.
 */
export function refuseStrangers(command: Command, strangersOf: (flags: readonly string[]) => Stranger[]): void {
  const flags = command.options.flatMap(({ long }) => long ?? [])
  const refusals = strangersOf(flags).map(({ word, meant }) => {
    const what = word.startsWith('-') ? `unknown option '${word}'` : `'${word}' is no option, nor the value of one`
    return `error: ${escapeControls(what)}${meant === null ? '' : `\n(Did you mean ${meant}?)`}`
  })
  if (refusals.length > 0) command.error(refusals.join('\n'), { code: 'commander.unknownOption' })
}
