/** How `deadbeat run` is written. */
import type { Command } from 'commander'
import { run } from './run.js'

/** Add the command to the program. `end` is told the exit code; null if the app is a script that goes on by itself. */
export function addRun(program: Command, end: (code: number | null) => void): void {
  program
    .command('run')
    .summary('run an app in the foreground')
    .description('Run an app in the foreground until its supplies end or a signal stops it.')
    .argument('<app>', "the app's file, with or without its ending; or the name of one that comes with Deadbeat")
    .argument(
      '[settings...]',
      '--config FILE, --state-dir DIR, or any setting: --input.filenames a.log; --help lists them',
    )
    .addHelpText('after', '\nBehind the app, --help lists its settings: deadbeat run resolve --help')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (name: string, argv: string[]) => end(await run(name, argv)))
}
