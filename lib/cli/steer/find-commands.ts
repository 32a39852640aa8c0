/** `deadbeat describe` and `discover`: which daemons of items are there, and what they are. */
import type { Command } from 'commander'
import { anyItem, moreItems } from '../completion/completers.js'
import { completes } from '../completion/completes.js'
import { addWireFlags, type WireFlags } from './wire/flags.js'
import type { End } from './add-steering.js'
import { placesOf } from './wire/place.js'

/** Add the commands to the program. `end` is told the exit code. */
export function addFinding(program: Command, end: End): void {
  const describe = program
    .command('describe')
    .summary('tell all that is known of a daemon of items, or of an item or a method')
    .description('Tell all that is known of a daemon of items, or of an item or a method, as JSON.')
    .argument('<daemon>', 'DAEMON[:HOST][:PORT], DAEMON.ITEM or DAEMON.METHOD')
    .argument('[more...]', 'items and methods')
  completes(describe, { daemon: anyItem, more: moreItems })
  addWireFlags(describe)
    .option('--json', 'on one line')
    .addHelpText('after', '\n  deadbeat describe heater\n  deadbeat describe heater.setpoint heater.stop\n')
    .action(async (first: string, more: string[], flags: WireFlags & { readonly json?: true }) => {
      const { orTell } = await import('../tell.js')
      const { wireDescribe } = await import('./wire/read.js')
      end(await orTell('describe', () => wireDescribe(placesOf(first, more), flags)))
    })
  const discover = program
    .command('discover')
    .summary('say which daemons of items are there')
    .description(
      'Say which daemons of items are there: of this machine, those that a registry knows, and on the hosts named.',
    )
    .argument('[hosts...]', 'hosts that are asked besides')
  addWireFlags(discover)
    .option('--json', 'tell it as JSON on stdout')
    .addHelpText(
      'after',
      '\n  deadbeat discover\n  deadbeat discover lab1 lab2 --json\n\nExit codes: 0; 69, nobody is there.\n',
    )
    .action(async (hosts: string[], flags: WireFlags & { readonly json?: true }) => {
      const { orTell } = await import('../tell.js')
      const { discover } = await import('./wire/discover.js')
      end(await orTell('discover', () => discover(hosts, flags)))
    })
}
