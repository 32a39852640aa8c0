/** How `deadbeat completion` is written. */
import { Argument, type Command } from 'commander'
import { SCRIPTS, type Shell } from './scripts.js'

const HELP = `
The shell then completes commands, options, apps, daemons and their items: deadbeat get hea<TAB>.

  source <(deadbeat completion bash)                             in ~/.bashrc
  source <(deadbeat completion zsh)                              in ~/.zshrc, behind compinit
  deadbeat completion fish > ~/.config/fish/completions/deadbeat.fish

Items are asked of the daemon for 300 ms at most; if it doesn't answer, those of its last catalog are taken.
`

/** Add the command to the program. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .summary('print what completes commands in a shell')
    .description('Print what completes commands, apps, daemons and items in a shell.')
    .addArgument(new Argument('<shell>', 'which').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', HELP)
    .action((shell: Shell) => void process.stdout.write(SCRIPTS[shell]))
}
