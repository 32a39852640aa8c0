/** How `deadbeat registry` is written. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { collect, type Reach } from './announce-flags.js'

const HELP = `
A registry tells clients where daemons are. Nobody needs one on a single machine, or where names are in a database; it is for
clients and daemons of mKTL that look for it on the local net, those in Python among them.

  deadbeat registry                                          for this machine
  deadbeat registry --listen 0.0.0.0 --broadcast net --insecure   for the local net
  deadbeat registry --call lab1 --call lab2                  asks the daemons of two hosts, without a broadcast
  deadbeat discover                                          what it knows

It listens for calls at UDP 10103 and 10111, remembers in $MKTL_HOME (~/.mKTL) what it was told, looks once a minute whether
each daemon is there, and forgets it when it was not three times. It never carries values. Whoever reaches it may announce
daemons to it: hence --insecure, where other machines can.

With --key only those reach it whose keys are among its clients, and --rights says who may announce what: the right to set
STORE._catalog. Daemons and clients keep its key under the name registry. Those in Python have no keys.

  deadbeat keys new registry                                 once; then give public/registry.key to the others
  deadbeat registry --listen 0.0.0.0 --broadcast net --key registry
  anna$ deadbeat keys know registry registry.key

Once it can be reached it says so on stdout, with --json as a line of JSON, and to systemd (Type=notify). Ctrl-C or SIGTERM
stops it in order.

Exit codes: 0, it was stopped; 69, a port isn't free; 75, a registry of this home runs already; 78, it may not listen there.
`

/** What commander makes of the flags. */
export interface RegistryFlags {
  readonly listen?: string
  readonly advertise?: string
  readonly port?: number
  readonly pubPort?: number
  readonly registryPort?: number
  readonly daemonPort?: number
  readonly call: readonly string[]
  readonly broadcast: Reach
  readonly home?: string
  readonly insecure?: true
  readonly key?: string
  readonly keys?: string
  readonly rights?: string
  readonly json?: true
}

/** Add the command to the program. `end` is told the exit code. */
export function addRegistry(program: Command, end: (code: number) => void): void {
  program
    .command('registry')
    .summary('tell clients where daemons are, in the foreground')
    .description('Tell clients where daemons of items are, in the foreground.')
    .option('--listen <address>', 'where it listens (default: 127.0.0.1)')
    .option('--advertise <host>', 'the name or address that clients are told')
    .option('--port <port>', 'for requests; 0: any (default: that of before, else from 10079)', toPort)
    .option('--pub-port <port>', 'for publications (default: that of before, else from 10139)', toPort)
    .option('--registry-port <port>', 'where clients call it (default: 10103)', toPort)
    .option('--daemon-port <port>', 'where daemons are called (default: 10111)', toPort)
    .option('--call <host>', 'a host whose daemons are called; may come again', collect, [])
    .addOption(
      new Option('--broadcast <reach>', 'whose daemons are called besides')
        .choices(['machine', 'net', 'off'])
        .default('machine'),
    )
    .option('--home <directory>', 'in place of $MKTL_HOME')
    .option('--key <name>', 'its key of CURVE: only clients whose keys are known reach it')
    .option('--keys <directory>', 'where keys are kept (default: that of deadbeat keys)')
    .option('--rights <file>', 'who may announce which daemons (default: whoever reaches it)')
    .option('--insecure', 'let other machines reach it without keys')
    .option('--json', 'say in a line of JSON where it is')
    .addHelpText('after', HELP)
    .action(async (flags: RegistryFlags) => {
      const { orTell } = await import('./tell.js')
      const { registry } = await import('./registry.js')
      end(await orTell('registry', () => registry(flags)))
    })
}

function toPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('It must be a port, from 0 to 65535.')
}
