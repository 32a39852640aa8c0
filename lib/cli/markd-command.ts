/** How `deadbeat markd` is written. */
import { InvalidArgumentError, type Command } from 'commander'
import { addAnnounceFlags, type AnnounceFlags } from './announce-flags.js'
import { refuseStrangers } from './refuse-strangers.js'

/** Quoted here, so that what is only shown isn't taken for an import of ours. */
const DOOR = "'deadbeat/items'"

const HELP = `
A daemon is the authority for the items of a store: clients get, set and watch them by mKTL, of whatever language they are.
Without a module its items are plain ones, which take and give values, as the item file describes them: { key: description },
in JSON, JSON5, YAML or TOML.

  deadbeat markd lamp main --config lamp.json                    items from a file, no code
  deadbeat markd lamp main --module lamp.ts --class LampDaemon   a class of your own: class LampDaemon extends ItemDaemon
  deadbeat markd lamp --module lamp.ts --arg device=/dev/ttyS0   what the class finds in this.arguments
  deadbeat get lamp.level                                        asks it; also set, watch, list, describe

  // lamp.ts
  import { Item, ItemDaemon } from ${DOOR}
  export class LampDaemon extends ItemDaemon {
    setup() {
      this.addItem(Item, 'level', { type: 'numeric', range: [0, 10], initial: 0 })
    }
  }

The item file of its name is $MKTL_HOME/daemon/store/STORE/ALIAS.json (or .json5, .yaml, .toml); $MKTL_HOME is ~/.mKTL if it
isn't set. UUID and ports are kept there: a daemon that is started again is where it was.

Clients find it by its name: on this machine, in the database of --kv, and by registries (deadbeat registry --help).

Values of persistent items outlive it. Settings, here or in the environment (DEADBEAT_PERSIST_IN, ...), say where, who may what,
and with which key of CURVE (deadbeat keys --help): --persist.in kv|file|s3|memory, --kv.url URL, --items.rights FILE,
--items.key NAME, --items.audit FILE, --items.insecure, --items.debug; config/reference.md has all of them.

Once it can be reached it says so on stdout, with --json as a line of JSON, and to systemd (Type=notify). Ctrl-C or SIGTERM
stops it in order, a second one at once.

Exit codes: 0, it was stopped; 65, the module or a file of its home can't be used; 66, there is no such module; 69, a port isn't
free; 75, the same daemon runs already; 78, the item file is wrong; 70, its code failed.
`

/** What commander makes of the flags. */
export interface MarkdFlags extends AnnounceFlags {
  readonly module?: string
  readonly class?: string
  readonly config?: string
  readonly arg: readonly (readonly [name: string, value: string])[]
  readonly listen?: string
  readonly advertise?: string
  readonly port?: number | readonly [number, number]
  readonly pubPort?: number | readonly [number, number]
  readonly home?: string
  readonly json?: true
}

/** Add the command to the program. `end` is told the exit code. */
export function addMarkd(program: Command, end: (code: number) => void): void {
  const collect = (text: string, before: MarkdFlags['arg']): MarkdFlags['arg'] => [...before, pairOf(text)]
  const command = program
    .command('markd')
    .summary('run a daemon of items in the foreground')
    .description('Run a daemon that serves items of a store, in the foreground.')
    .argument('<store>', 'the name of the store')
    .argument('[alias]', 'what tells this daemon from others of the store (default: main)')
    .argument('[settings...]', 'any setting: --persist.in file')
    .allowUnknownOption()
    .option('-m, --module <file>', "the file of the daemon's class, in TypeScript or JavaScript")
    .option('-s, --class <name>', 'the class in it; not needed if it is the only one, or the default')
    .option('-c, --config <file>', 'the item file, in place of the one of its name')
    .option('-a, --arg <name=value>', 'an argument for the class; may come again', collect, [])
    .option('--listen <address>', 'where it listens (default: 127.0.0.1)')
    .option('--advertise <host>', 'the name or address that clients are told')
    .option(
      '--port <port>',
      'for requests: a port, FIRST-LAST, or 0 for any (default: that of before, else from 10079)',
      toPort,
    )
    .option('--pub-port <port>', 'for publications (default: that of before, else from 10139)', toPort)
    .option('--home <directory>', 'in place of $MKTL_HOME')
  addAnnounceFlags(command)
    .option('--json', 'say in a line of JSON where it is')
    .addHelpText('after', HELP)
    .action(
      async (store: string, second: string | undefined, rest: readonly string[], flags: MarkdFlags, own: Command) => {
        const isAlias = second?.startsWith('-') === false
        const settings = isAlias || second === undefined ? rest : [second, ...rest]
        const alias = isAlias ? second : 'main'
        const { strangersOfMarkd } = await import('./markd-settings.js')
        refuseStrangers(own, (known) => strangersOfMarkd(settings, known))
        const { orTell } = await import('./tell.js')
        const { markd } = await import('./markd.js')
        end(await orTell(`markd ${store} ${alias}`, () => markd({ store, alias, settings, flags })))
      },
    )
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new InvalidArgumentError("It must be NAME=VALUE, as in 'device=/dev/ttyS0'.")
}

function toPort(text: string): number | readonly [number, number] {
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  const ports = [Number(first), Number(last ?? first)] as const
  if (first !== undefined && ports[1] <= 65_535 && ports[0] <= ports[1]) return last === undefined ? ports[0] : ports
  throw new InvalidArgumentError("It must be a port, or two with the first and the last, as in '10079-10099'.")
}
