/** How `deadbeat keys` is written. */
import type { Command } from 'commander'
import type { KeysOptions, KeysVerb } from './keys.js'

const HELP = `
Keys of CURVE let daemons and clients on different machines know each other, and encrypt what they say. Each has a pair: the
secret half stays where it was made, the public one is given to the others.

  deadbeat keys new heater                      a pair for the daemon heater, on its machine
  deadbeat keys new anna                        a pair for anna, on hers
  deadbeat keys allow anna anna.key             at the daemon: anna may connect (anna.key is her public half)
  deadbeat keys know heater heater.key          at anna's: this is the key of heater
  deadbeat keys show heater                     the public half, as text; it may be given in the place of a file
  deadbeat keys list                            every key here
  deadbeat keys forget anna                     she may not connect any more

They lie in --dir, else $DEADBEAT_KEYS, else ~/.config/deadbeat/keys (root: /etc/deadbeat/keys), in ZeroMQ's certificates,
which pyzmq reads, too: secret/ public/ clients/ servers/. What is changed counts for a running daemon within a second.
A key given as text may need quotes, and -- before it if it begins with a dash. docs/security.md goes on from here.

Exit codes: 0; 66, forget found no such name; 78, a key is missing, damaged or kept badly.
`

/** Add the command to the program. `end` is told the exit code. */
export function addKeys(program: Command, end: (code: number) => void): void {
  const keys = program
    .command('keys')
    .summary('make and list the keys by which daemons and clients know each other')
    .description('Make and list the keys by which daemons and clients know each other.')
    .addHelpText('after', HELP)
  const add = (verb: KeysVerb, words: string, summary: string): void => {
    keys
      .command(`${verb} ${words}`.trim())
      .description(summary)
      .option('--dir <directory>', 'where keys are kept')
      .option('--json', 'tell it as a line of JSON')
      .action(async (...given: unknown[]) => {
        const texts = given.filter((word): word is string => typeof word === 'string')
        const flags = given[texts.length] as { readonly dir?: string; readonly json?: true }
        const options: KeysOptions = { directory: flags.dir ?? null, isJson: flags.json === true }
        const { keys: act } = await import('./keys.js')
        end(await act(verb, texts, options))
      })
  }
  add('new', '<name>', 'make a pair of our own')
  add('list', '', 'list every key')
  add('show', '<name>', 'show the public half of a pair of our own')
  add('allow', '<name> <key>', 'let a client connect, by its public key or the file of it')
  add('know', '<name> <key>', 'keep the public key of a daemon, or the file of it')
  add('forget', '<name>', 'take a client or a daemon away')
}
