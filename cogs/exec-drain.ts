import { SendingDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'
import { frame } from '../lib/net/out-framing.js'
import { SENDER_DEFAULTS, Sender, senderConfig } from '../lib/net/sender.js'
import { commandConfig } from '../lib/process/child.js'
import { ChildChannel } from '../lib/process/child-channel.js'

/** Configuration insert: what an operator may set. */
export const execDrainBaseConfig = insert({ ...commandConfig, ...senderConfig })

type ExecDrainSettings = Settings<typeof execDrainBaseConfig>

/** The operator's settings; all but `command` have defaults. */
export type ExecDrainOptions = Partial<ExecDrainSettings> & { readonly command: readonly string[] }

/**
 * Write lines to the standard input of a command. What it says goes to the log.
 *
 * In: strings, without a line end. The command is started with the first line, and again if it has ended and more come,
 * later each time if it fails. At the end its input is closed, and it may take `killMs` to end.
 *
 * A line is over once the pipe has it, which isn't that the command has read it: what lies in the pipe (64 KiB) when the
 * command ends is lost. What was being written then is written again to the next, so some may come twice.
 *
 * @throws {RangeError} If `command` is empty, or a limit is below 1.
 * @example
 * const drain = new ExecDrain(train, { command: ['logger', '--tag', 'app'] })
 * assert.equal(drain.position(), 0)
 */
export class ExecDrain extends SendingDrain<string, ExecDrainSettings> {
  static readonly baseConfig = execDrainBaseConfig
  protected readonly sender: Sender
  private readonly channel: ChildChannel

  constructor(train: Winder, options: ExecDrainOptions) {
    super(train, { cwd: null, killMs: 5000, ...SENDER_DEFAULTS, ...options })
    requireAtLeast(1, { command: this.options.command.length }, 'command')
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs')
    const { esc, log } = this.train
    this.channel = new ChildChannel(esc, log, this.options)
    this.sender = new Sender(esc, log, this.options, this.channel, this.target)
  }

  override async finish(): Promise<void> {
    await super.finish()
    await this.channel.end()
  }

  /** @throws {TypeError} If it is no string. */
  take(line: string): void {
    this.sender.append(frame(line, { framing: 'line', lengthBytes: 4 }))
  }
}
