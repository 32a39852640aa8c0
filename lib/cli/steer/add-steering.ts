/** What the commands share that ask a running daemon: how they are written, and how they fail. */
import type { Command } from 'commander'
import type { Target } from './connect.js'

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
}

const EXITS = `
--socket FILE names the control socket itself; with an app, the flags that it was started with find it (--config,
--runtime-dir). Exit codes: 0; 69, no daemon is there, or it has no such item; 75, it is there and hangs; 77, it belongs
to another user.
`

/** Add a command to the program. `end` is told the exit code. */
export function addSteering(program: Command, end: End, steering: Steering): void {
  const { name, summary, help, takesPattern = false, extend = (command: Command) => command } = steering
  const sentence = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`
  const command = program
    .command(name)
    .summary(summary)
    .description(sentence)
    .argument('<app>', takesPattern ? 'the daemon, or DAEMON.ITEM' : 'the daemon: its app, by file or by name')
  extend(command)
    .argument('[more...]', takesPattern ? 'the items; flags that find the daemon' : 'flags that find the daemon')
    .option('--json', 'tell it as JSON on stdout')
    .addHelpText('after', help + EXITS)
    .allowUnknownOption()
    .action(async (first: string, more: string[], flags: { readonly json?: true }) => {
      const { orTell } = await import('../tell.js')
      const { targetOf } = await import('./connect.js')
      const { words, argv } = split(more)
      end(
        await orTell(name, async () => {
          const pattern = takesPattern ? (words[0] ?? null) : null
          const args = takesPattern ? words.slice(1) : words
          return await steering.act(await targetOf(first, pattern, argv), {
            ...{ json: flags.json === true, flags, args, app: first, argv },
          })
        }),
      )
    })
}

/** The words before the first flag that isn't this command's own, and the rest. */
function split(more: readonly string[]): { words: string[]; argv: string[] } {
  const at = more.findIndex((word) => word.startsWith('--'))
  return at < 0 ? { words: [...more], argv: [] } : { words: more.slice(0, at), argv: more.slice(at) }
}
