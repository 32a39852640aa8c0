/** The flags of commands that reach daemons over the wire. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { readDuration } from '../../../conf/index.js'
import type { Trust } from '../../../items/index.js'
import { collect } from '../../announce-flags.js'

/** What commander makes of them. */
export interface WireFlags {
  readonly timeout?: number
  readonly keys?: string
  readonly trust?: Trust
  readonly registry: readonly string[]
  readonly kv?: string
  readonly home?: string
}

/** Add them to a command. */
export function addWireFlags(command: Command): Command {
  return addTimeout(command)
    .option('--keys <directory>', 'our keys, for daemons that ask for encryption (default: that of deadbeat keys)')
    .addOption(
      new Option(
        '--trust <how>',
        'a daemon whose key is not known there: believed at first sight, or not asked',
      ).choices(['tofu', 'strict']),
    )
    .option('--registry <host>', 'a host with a registry; may come again', collect, [])
    .option('--kv <url>', 'the database that names of daemons are in')
    .option('--home <directory>', 'what is known of daemons, in place of $MKTL_HOME')
}

/** The flag that every command has which asks a daemon. */
export function addTimeout(command: Command): Command {
  return command.option('--timeout <duration>', 'how long it may take, as 500ms or 1m (over the wire: 10s)', toMs)
}

/** The two ways to show a value, for commands that do. */
export function addFormatFlags(command: Command): Command {
  return command
    .option('--formatted', 'values as people read them (default, but for --json): labels, format and units')
    .option('--unformatted', 'values as they are')
}

function toMs(text: string): number {
  const ms = readDuration(/^\d+$/.test(text) ? Number(text) : text)
  if (ms !== undefined && ms > 0) return ms
  throw new InvalidArgumentError('It must be a duration, as 500ms, 5s or 1m.')
}
