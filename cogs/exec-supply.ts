import {
  MessageSupply,
  insert,
  requireAtLeast,
  type MessageSetters,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { framingConfig } from '../lib/net/framing.js'
import { senderConfig } from '../lib/net/sender.js'
import { commandConfig } from '../lib/process/child.js'
import { ChildLines } from '../lib/process/child-lines.js'

/** Configuration insert: what an operator may set. */
export const execSupplyBaseConfig = insert({
  ...commandConfig,
  restart: {
    doc: 'When the command is started again: never, failure (it ended otherwise than with code 0), or always.',
    format: ['never', 'failure', 'always'],
    default: 'failure',
    live: true,
  },
  retryMs: {
    ...senderConfig.retryMs,
    doc: 'After how long it is started again; twice as long each time without a line.',
  },
  retryMaxMs: senderConfig.retryMaxMs,
  encoding: { doc: 'What the bytes mean: utf8 or latin1.', format: ['utf8', 'latin1'], default: 'utf8' },
  keepCarriageReturns: framingConfig.keepCarriageReturns,
  lineMax: framingConfig.lineMax,
  longLines: {
    doc: 'What becomes of a longer line: cut (its beginning is taken), or skip.',
    format: ['cut', 'skip'],
    default: 'cut',
  },
})

type ExecSupplySettings = Settings<typeof execSupplyBaseConfig>

/** The operator's settings, all but `command` with defaults, and how a line becomes a datum. */
export interface ExecSupplyOptions<Out> extends Partial<ExecSupplySettings>, Omit<MessageSetters<Out>, 'peerSetter'> {
  readonly command: readonly string[]
}

const DEFAULTS = {
  cwd: null,
  killMs: 5000,
  restart: 'failure',
  retryMs: 1000,
  retryMaxMs: 60_000,
  encoding: 'utf8',
  keepCarriageReturns: false,
  lineMax: 1_048_576,
  longLines: 'cut',
} as const

/**
 * Supply the lines that a command writes to its standard output. What it says on its standard error goes to the log.
 *
 * Out: each line without its end, or the datum that the setters make of it. While the train is full nothing is read, and
 * the command waits. When it has ended and is not started again, the supply ends; if it failed, so does the train. At the
 * end the command and all that it started are asked to stop, then killed; what it still says is taken.
 *
 * It can't supply again what it gave: a crash loses what was under way. Lead it into a `BufferCog` to lose no more than
 * that instant.
 *
 * @throws {RangeError} If `command` is empty, or a limit is below 1.
 * @example
 * const supply = new ExecSupply(train, { command: ['journalctl', '--follow', '--output=json'], restart: 'always' })
 * assert.match(String(supply), /restart="always"/)
 */
export class ExecSupply<Out = string> extends MessageSupply<Out, ExecSupplySettings & ExecSupplyOptions<Out>> {
  static readonly baseConfig = execSupplyBaseConfig
  protected readonly source: ChildLines

  constructor(train: Winder, options: ExecSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, { command: this.options.command.length }, 'command')
    requireAtLeast(1, this.options, 'retryMs', 'retryMaxMs', 'lineMax')
    this.source = new ChildLines(this.train.esc, this.train.log, this.options, this.target)
  }

  /** How often the command was started. */
  progress(): { readonly starts: number } {
    return { starts: this.source.starts }
  }
}
