import {
  Cog,
  describeValue,
  insert,
  requireAtLeast,
  wholeGetter,
  wholeSetter,
  type Binding,
  type Getter,
  type Hold,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const joinLinesBaseConfig = insert({
  start: {
    doc: 'What the first line of a message matches; any other line belongs to the one before.',
    format: 'regexp',
    default: null,
  },
  continuation: { doc: 'What every line of a message but its first matches.', format: 'regexp', default: null },
  separator: { doc: 'What stands between the lines of a message.', default: '\n' },
  flushMs: {
    doc: 'How long a message waits for another line before it goes on.',
    format: 'duration',
    min: 1,
    default: '2s',
    live: true,
  },
  linesMax: {
    doc: 'How many lines a message may have; what follows begins another.',
    format: 'nat',
    min: 1,
    default: 500,
    live: true,
  },
  lengthMax: {
    doc: 'How many characters a message may have; the line that would be too much begins another.',
    format: 'nat',
    min: 1,
    default: 1_048_576,
    live: true,
  },
  keysMax: {
    doc: 'In how many files or streams a message may be open; then the oldest goes on.',
    format: 'nat',
    min: 1,
    default: 1000,
    live: true,
  },
})

/** The operator's settings, where the line is, what keeps streams apart, and where the message goes. */
export interface JoinLinesOptions<In, Out = In> extends Partial<Settings<typeof joinLinesBaseConfig>> {
  /** Reads the line; by default the datum is the line. */
  readonly getter?: Getter<In, string>
  /** Puts the message into the datum of its first line; by default it takes its place. */
  readonly setter?: Setter<In, string, Out>
  /** What tells streams of lines apart that come mixed, such as the name of their file. */
  readonly keyGetter?: Getter<In, unknown>
}

type Resolved<In, Out> = JoinLinesOptions<In, Out> & Required<Omit<JoinLinesOptions<In, Out>, 'keyGetter'>>

const DEFAULTS = {
  start: null,
  continuation: null,
  separator: '\n',
  flushMs: 2000,
  linesMax: 500,
  lengthMax: 1_048_576,
  keysMax: 1000,
  getter: wholeGetter,
  setter: wholeSetter,
}

/** A message that may go on. */
interface Open<In> {
  readonly holds: Hold<In>[]
  text: string
  lastMs: number
}

/**
 * Join the lines of messages that have several: stack traces, SQL, anything that is printed as it is.
 *
 * In: lines, or data that hold one each. Out: one datum for each message, when the next begins, when no line came for
 * `flushMs`, when it is full, or when the train ends. Either `start` says how a message begins or `continuation` how it
 * goes on. A line that goes on where nothing began is a message of its own.
 *
 * All lines of a message are held until it goes on, and become one event that is over when it is written: after a crash
 * they are supplied again, and joined again. So nothing of them needs to be kept in a snapshot.
 *
 * @throws {RangeError} If not exactly one of `start` and `continuation` is given, or if a limit is below 1.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const rig = testTrain()
 * const join = new JoinLines(rig.train, { continuation: /^\s/ })
 * const lines = ['Exception in thread "main"', '\tat A.main(A.java:1)', 'done']
 * assert.deepEqual(await rig.pass([join], lines), ['Exception in thread "main"\n\tat A.main(A.java:1)', 'done'])
 */
export class JoinLines<In = string, Out = In> extends Cog<In, Out, Resolved<In, Out>> {
  static readonly baseConfig = joinLinesBaseConfig
  /** By stream, that of the oldest last line first. */
  private readonly open = new Map<unknown, Open<In>>()
  private readonly begins: (line: string) => boolean
  private timer: Binding | null = null
  private isReported = false

  constructor(train: Winder, options: JoinLinesOptions<In, Out>) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Out>)
    requireAtLeast(1, this.options, 'flushMs', 'linesMax', 'lengthMax', 'keysMax')
    const { start, continuation } = this.options
    if ((start === null) === (continuation === null)) {
      const which = start === null ? 'none' : 'both'
      throw new RangeError(`either start or continuation must be given: there are ${which}`)
    }
    const pattern = lasting(start ?? (continuation as RegExp))
    this.begins = start === null ? (line) => !pattern.test(line) : (line) => pattern.test(line)
  }

  turn(data: In): Turn<Out> {
    const { getter, keyGetter, keysMax } = this.options
    const line: unknown = getter(data)
    if (typeof line !== 'string') throw new TypeError(`a line must be text: it is ${describeValue(line)}`)
    const key = keyGetter?.(data)
    const message = this.open.get(key)
    const hold = this.train.hold(data)
    if (message === undefined || this.begins(line) || this.isFull(message, line)) {
      // Before it is given: what follows may answer with another line.
      this.open.delete(key)
      this.open.set(key, { holds: [hold], text: line, lastMs: this.train.esc.now() })
      if (message !== undefined) this.give(message)
    } else this.add(message, key, hold, line)
    if (this.open.size > keysMax) this.giveOldest()
    if (this.timer === null) this.wait()
    return null
  }

  override finish(): void {
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    const messages = [...this.open.values()]
    this.open.clear()
    for (const message of messages) this.give(message)
  }

  private add(message: Open<In>, key: unknown, hold: Hold<In>, line: string): void {
    message.holds.push(hold)
    message.text += this.options.separator + line
    message.lastMs = this.train.esc.now()
    this.open.delete(key)
    this.open.set(key, message)
  }

  private isFull({ holds, text }: Open<In>, line: string): boolean {
    const { linesMax, lengthMax, separator } = this.options
    if (holds.length < linesMax && text.length + separator.length + line.length <= lengthMax) return false
    if (!this.isReported) {
      this.isReported = true
      this.train.log.warn(
        { lines: holds.length, characters: text.length, begins: text.slice(0, 100) },
        'a message is longer than linesMax or lengthMax: what follows becomes another, here and from now on',
      )
    }
    return true
  }

  private giveOldest(): void {
    const [first] = this.open
    if (first === undefined) return
    this.open.delete(first[0])
    this.give(first[1])
  }

  /** One timer, for the message that has waited longest: one for each line would be too many. */
  private wait(): void {
    const [oldest] = this.open.values()
    const { esc } = this.train
    const inMs = (oldest?.lastMs ?? 0) + this.options.flushMs - esc.now()
    this.timer = oldest === undefined ? null : esc.after(Math.max(0, inMs), this.giveWaiting)
  }

  private readonly giveWaiting = (): void => {
    const dueMs = this.train.esc.now() - this.options.flushMs
    for (
      let [oldest] = this.open.values();
      oldest !== undefined && oldest.lastMs <= dueMs;
      [oldest] = this.open.values()
    ) {
      this.giveOldest()
    }
    this.wait()
  }

  private give({ holds, text }: Open<In>): void {
    const [first] = holds as [Hold<In>, ...Hold<In>[]]
    let out: Out
    try {
      out = this.options.setter(first.data, text)
    } catch (error) {
      for (const hold of holds) this.train.reject(hold, error)
      return
    }
    if (holds.length === 1) this.train.resume(first, [out])
    else this.train.merge(holds, out)
  }
}

/** The same without the flags that make it remember where it was. */
function lasting({ source, flags }: RegExp): RegExp {
  return new RegExp(source, flags.replace(/[gy]/g, ''))
}
