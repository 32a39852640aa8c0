/** What the commands share that ask a running daemon: how they are written, and how they fail. */
import type { Command } from 'commander'
import { codeOf, DeadbeatError, toError } from '../../errors/index.js'
import { anyItem, anyMethod, anyRunning, moreItems, moreOfCall } from '../completion/completers.js'
import { completes } from '../completion/completes.js'
import type { Target } from './connect.js'
import { EXIT } from '../../app/exit-codes.js'
import { endWithReader } from '../end-with-reader.js'
import { addTimeout, addWireFlags, type WireFlags } from './wire/flags.js'
import type { FormatFlags } from './wire/values.js'

/** Is told the exit code. */
export type End = (code: number | null) => void

/** How a command was written. */
export interface How {
  readonly json: boolean
  /** Its own flags. */
  readonly flags: object
  /** The words behind the daemon and the items. */
  readonly args: readonly string[]
  /** What the daemon was called, and the flags that find it. */
  readonly app: string
  readonly argv: readonly string[]
}

/** One command. */
export interface Steering {
  readonly name: string
  readonly summary: string
  readonly help: string
  /** Whether items are named behind the daemon. */
  readonly takesPattern?: boolean
  /** More arguments and options. */
  readonly extend?: (command: Command) => Command
  /** Do it. Answers the exit code. */
  readonly act: (target: Target, how: How) => Promise<number>
  /** Do it with daemons that are reached over the wire: it is given all words. Without it only control sockets are asked. */
  readonly overWire?: (words: readonly string[], flags: WireFlags & { readonly json?: true }) => Promise<number>
}

const EXITS = `
--socket FILE names the control socket itself; with an app, the flags that it was started with find it (--config,
--runtime-dir). Exit codes: 0; 69, no daemon is there, or it has no such item; 75, it is there and hangs; 77, it belongs
to another user.
`

const OVER_WIRE = `
A daemon of items is named DAEMON, DAEMON:HOST, DAEMON:PORT or DAEMON:HOST:PORT; its items DAEMON.ITEM, or as words behind it.
A host whose name has dots stands in brackets where no port follows: heater:[lab1.example.org].temperature. A running app of
that name is asked first. 64: the value was refused; 77: it may not be done; 75: it took too long.
`

/** Add a command to the program. `end` is told the exit code. */
export function addSteering(program: Command, end: End, steering: Steering): void {
  const { name, summary, help, takesPattern = false, overWire, extend = (command: Command) => command } = steering
  const sentence = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`
  const command = program
    .command(name)
    .summary(summary)
    .description(sentence)
    .argument('<app>', takesPattern ? 'the daemon, or DAEMON.ITEM' : 'the daemon: its app, by file or by name')
  const named = name === 'call' ? { app: anyMethod, more: moreOfCall } : { app: anyItem, more: moreItems }
  completes(command, takesPattern ? named : { app: anyRunning })
  if (overWire === undefined) addTimeout(command)
  else addWireFlags(command)
  extend(command)
    .argument('[more...]', takesPattern ? 'the items; flags that find the daemon' : 'flags that find the daemon')
    .option('--json', 'tell it as JSON on stdout')
    .addHelpText('after', help + (overWire === undefined ? '' : OVER_WIRE) + EXITS)
    .allowUnknownOption()
    .action(async (first: string, more: string[], flags: WireFlags & { readonly json?: true }) => {
      const { orTell, refuse } = await import('../tell.js')
      const { isPlainName, targetOf, wayTo } = await import('./connect.js')
      const { words, argv } = split(more)
      endWithReader(process.stdout)
      end(
        await orTell(name, async () => {
          const pattern = takesPattern ? (words[0] ?? null) : null
          const args = takesPattern ? words.slice(1) : words
          const how = { json: flags.json === true, flags, args, app: first, argv }
          const { timeout: timeoutMs } = flags
          if (overWire === undefined)
            return await steering.act({ ...(await targetOf(first, pattern, argv)), timeoutMs }, how)
          const onWire = wireFlagsIn(flags)
          const { target, trouble } = await wayTo(first, pattern, argv)
          // Who says where daemons are looked for means one of them, where a name alone could be an app's, too.
          const isApp = target !== null && (onWire.places.length === 0 || argv.length > 0 || !isPlainName(first))
          if (isApp) {
            const [refused] = [...onWire.places, ...onWire.manners]
            if (refused !== undefined) return refuse(refusalOf(refused, first), EXIT.usage)
            return await steering.act({ ...target, timeoutMs }, how)
          }
          return await overWire([first, ...words], flags).catch((error: unknown) => {
            throw codeOf(error) === 'ERR_NO_DAEMON' && trouble !== null ? withTrouble(error, trouble) : error
          })
        }),
      )
    })
}

/** Those flags given that a control socket can't honour: where daemons are looked for, and how values are read and shown. */
function wireFlagsIn(flags: WireFlags & FormatFlags & { readonly refresh?: true }) {
  const { keys, trust, registry, kv, home, formatted, refresh } = flags
  const given = { keys, trust, registry: registry.length > 0, kv, home, formatted, refresh }
  const isGiven = (name: keyof typeof given): boolean => given[name] !== undefined && given[name] !== false
  return {
    places: (['keys', 'trust', 'registry', 'kv', 'home'] as const).filter(isGiven),
    manners: (['formatted', 'refresh'] as const).filter(isGiven),
  }
}

function refusalOf(flag: string, name: string): string {
  return `--${flag} is for daemons that are reached over the wire: ${name} is a running app, asked by its control socket. Leave it out`
}

/** A name alone may have been meant as an app's: it is told, too, why that one can't be asked. */
function withTrouble(error: unknown, trouble: string): Error {
  const { message } = toError(error)
  return new DeadbeatError(codeOf(error), `${trouble}; ${message}`, { cause: error })
}

/** The words before the first flag that isn't this command's own, and the rest. */
function split(more: readonly string[]): { words: string[]; argv: string[] } {
  const at = more.findIndex((word) => word.startsWith('--'))
  return at < 0 ? { words: [...more], argv: [] } : { words: more.slice(0, at), argv: more.slice(at) }
}
