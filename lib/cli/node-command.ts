/** How `deadbeat node` is written. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { KINDS, type Kind } from '../runner/job/job-id.js'
import { collect } from './announce-flags.js'
import { helpText } from '../conf/help.js'
import { describeSchema } from '../conf/schema.js'
import { nodeBaseConfig } from '../runner/node/node-config.js'
import { duration, kvOption } from './daemon-options.js'
import type { CommonFlags } from './kv/session.js'
import { refuseStrangers } from './refuse-strangers.js'

const HELP = `
A node takes jobs of its groups and runs each in a process of its own, as deadbeat job says what is to run, and deadbeat code what
that is. Kinds: any, on one of the group's nodes; at, on a node by its name; all, on every node of the group.

  deadbeat node --url etcd://db1:2379                    a node of the group default, called as this machine
  deadbeat node --name n1 -g lab -g line --capacity 4    of two groups, for at most four jobs at once
  deadbeat node --labels disk=ssd --labels room=3        takes also jobs that ask for these labels
  deadbeat node --config /etc/deadbeat/node.json         with settings from a file
  deadbeat node --signer KEY                             runs only code that the holder of this key has signed
  deadbeat node --unit > /etc/systemd/system/deadbeat-node.service
  deadbeat get node-n1.running                           what it says of itself; deadbeat call node-n1.drain

A job belongs to the node that holds its claim, for as long as the store hears from the node: --ttl. A node that can't reach the
store ends its own jobs before that, so that no job runs twice; others take them then.

How it works, by settings (below): in a file, in the environment (DEADBEAT_NODE_TURN_MS), or as flags (--node.turn-ms 100).

What it says of itself only this machine is told. For others it needs a key of CURVE (deadbeat keys --help), by settings, here or
in the environment (DEADBEAT_ITEMS_LISTEN, ...): --items.listen ADDRESS --items.key NAME, and --items.advertise, .keys, .port,
.pub-port, .rights, .registries. By that key its jobs call daemons that ask for one, too. config/reference.md has all of them.

  deadbeat node --name n1 --items.listen 0.0.0.0 --items.key n1 --items.rights rights.json

With --rights FILE rules say what jobs may: { who: job any/lab *, may: [read, set], on: /room/* }. Without it they may read and write
all keys but those of the fleet itself, and call no daemons.

Ctrl-C or SIGTERM lets jobs go on elsewhere: each is asked to end, and is killed when its time of grace is over. A second one ends
the node at once. It tells systemd when it is ready, and that it is alive (Type=notify, WatchdogSec).

Exit codes: 0, it was stopped; 69, the store can't be reached; 75, a node of that name runs already; 64 and 78, flags, settings or
rules are wrong.
`

/** What commander makes of the flags. */
export interface NodeFlags extends Pick<
  CommonFlags,
  'url' | 'prefix' | 'ca' | 'cert' | 'key' | 'user' | 'passwordFile'
> {
  readonly name?: string
  readonly group: readonly string[]
  readonly kinds: readonly Kind[]
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly capacity: number
  readonly size?: number
  readonly ttl: number
  readonly rights?: string
  readonly signer: readonly string[]
  readonly home?: string
  readonly unit?: true
  /** A file of settings. */
  readonly config?: string
  /** Settings as flags: `--items.key NAME`, `--node.turn-ms 100`. */
  readonly settings: readonly string[]
  readonly json?: true
}

/** A node of whom nothing is said. */
export const NODE_FLAGS: NodeFlags = {
  ...{ group: [], kinds: KINDS, labels: [], capacity: 16, ttl: 10_000, signer: [], settings: [] },
}

/** Add the command to the program. `end` is told the exit code. */
export function addNode(program: Command, end: (code: number) => void): void {
  const labels = (text: string, before: NodeFlags['labels']): NodeFlags['labels'] => [...before, labelOf(text)]
  program
    .command('node')
    .summary('run the jobs of a fleet on this machine')
    .description('Be a node of a fleet: run jobs of its groups, in the foreground.')
    .argument('[settings...]', 'how it works, and how it is asked over the wire: --node.turn-ms 100, --items.key n1')
    .allowUnknownOption()
    .option('--name <name>', 'what others know it by (default: the name of this machine)')
    .addOption(
      new Option('-g, --group <group>', 'a group of nodes that it belongs to; may come again')
        .argParser(collect)
        .default([], 'default'),
    )
    .addOption(
      new Option('--kinds <kinds>', 'which kinds of jobs it takes')
        .argParser(kindsOf)
        .default(NODE_FLAGS.kinds, KINDS.join(',')),
    )
    .addOption(
      new Option('--labels <name=value>', 'what jobs may ask for; may come again')
        .argParser(labels)
        .default([], 'none'),
    )
    .option('--capacity <n>', 'how many jobs it runs at once', countOf, NODE_FLAGS.capacity)
    .option('-n, --size <n>', 'how many nodes its groups should have, if they do not say so themselves', countOf)
    .addOption(
      new Option('--ttl <time>', 'after how long without a word from it others take its jobs')
        .argParser(duration)
        .default(NODE_FLAGS.ttl, '10s'),
    )
    .option('--url <url>', 'which store: file:…, etcd://HOST:PORT (default: $DEADBEAT_KV, else a file of this user)')
    .addOption(kvOption())
    .option('--ca <file>', 'certificates that may have signed that of the store, in PEM')
    .option('--cert <file>', 'the certificate to show it, in PEM')
    .option('--key <file>', 'its private key, in PEM')
    .option('--user <name>', 'log in as this user')
    .option('--password-file <file>', 'the password is in this file')
    .option('--prefix <path>', 'what stands before every path (default: $DEADBEAT_KV_PREFIX, else nothing)')
    .option('--rights <file>', 'the rules of what jobs may')
    .addOption(
      new Option('--signer <key>', 'a public key whose holder must have signed code; may come again')
        .argParser(signers)
        .default([], 'none'),
    )
    .option('--home <directory>', 'in place of $MKTL_HOME')
    .option('--config <file>', 'a file of settings: {"node": {"turnMs": 100}, "items": {"key": "n1"}}')
    .option('--unit', 'print the unit that lets systemd run it so')
    .option('--json', 'say in a line of JSON where it is')
    .addHelpText('after', () => HELP + helpText(describeSchema({ node: nodeBaseConfig }), process.stdout.columns))
    .action(async (settings: readonly string[], flags: Omit<NodeFlags, 'settings'>, command: Command) => {
      const { strangersOfNode } = await import('./node-settings.js')
      refuseStrangers(command, (known) => strangersOfNode(settings, known))
      const { orTell } = await import('./tell.js')
      const { node } = await import('./node.js')
      end(await orTell('node', () => node({ ...flags, settings })))
    })
}

/** One that is no key would believe nobody, and say so only when a job fails. */
function signers(text: string, before: readonly string[]): readonly string[] {
  if (/^[\w-]{43}$/.test(text)) return collect(text, before)
  throw new InvalidArgumentError('It must be a public key as deadbeat code sign tells it, no file: 43 letters.')
}

function labelOf(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new InvalidArgumentError("It must be NAME=VALUE, as in 'disk=ssd'.")
}

function kindsOf(text: string): readonly Kind[] {
  const kinds = text.split(',')
  if (kinds.every((kind): kind is Kind => (KINDS as readonly string[]).includes(kind))) return kinds
  throw new InvalidArgumentError(`It must be of ${KINDS.join(', ')}, with commas between.`)
}

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw new InvalidArgumentError('It must be a whole number from 1 on.')
}
