import type { Readable } from 'node:stream'
import type { Piece } from '../lib/files/cut-chunk.js'
import { dresser, type LineSetters } from '../lib/files/dress.js'
import { LINE_DEFAULTS, LongLines, lineConfig } from '../lib/files/line-config.js'
import { LineCutter } from '../lib/files/line-cutter.js'
import { rawLines, textOfPiece } from '../lib/files/text.js'
import {
  SourceError,
  Supply,
  codeOf,
  insert,
  requireAtLeast,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const stdinBaseConfig = insert({ ...lineConfig })

type StdinSettings = Settings<typeof stdinBaseConfig>

/** The operator's settings, how a line becomes a datum, and another stream than stdin. */
export interface StdinOptions<Out> extends Partial<StdinSettings>, Omit<LineSetters<Out>, 'filenameSetter'> {
  stream?: Readable
}

/** A pipe or a terminal can keep the process alive, or not. */
type Handle = Readable & { ref?(): void; unref?(): void }

/**
 * Supply the lines of the standard input, to its end: a pipe, a file or a terminal.
 *
 * Out: each line without its end, or the datum that the setters make of it. Nothing is read while the train is full.
 *
 * @throws {RangeError} If `lineMax` is below 1.
 * @example
 * const supply = new StdinSupply(train, { lineMax: 4096 })
 * assert.match(String(supply), /^StdinSupply\(.*lineMax=4096/)
 */
export class StdinSupply<Out = string> extends Supply<Out, StdinSettings & StdinOptions<Out>> {
  static readonly baseConfig = stdinBaseConfig
  override readonly dress: ((line: string) => Out) | null
  private readonly cutter: LineCutter
  private readonly long: LongLines
  private stream: Handle | null = null

  constructor(train: Winder, options: StdinOptions<Out> = {}) {
    super(train, { ...LINE_DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'lineMax')
    this.dress = dresser(options, { id: () => this.nextId(), filename: () => '' })
    this.cutter = new LineCutter(this.options.lineMax)
    this.long = new LongLines(this.train.log, this.options, (error) => this.fail(error))
  }

  start(): void {
    // Not in the constructor: asking for it opens it.
    const stream: Handle = (this.stream = this.options.stream ?? process.stdin)
    // Whoever read it before may have stopped that, and heard of its end.
    stream.ref?.()
    stream.on('data', this.read).on('end', this.ended).on('error', this.fail)
    if (stream.readableEnded) this.train.esc.enqueue(this.ended)
    else if (this.paused) stream.pause()
    else stream.resume()
  }

  /** The beginning of a line whose rest is still to come. */
  inherit(predecessor: this): void {
    predecessor.leave()
    const rest = predecessor.cutter.end()
    if (rest !== null) this.cutter.push(rest.bytes.subarray(rest.from, rest.to))
  }

  finish(): void {
    this.leave()
  }

  override pause(): void {
    super.pause()
    this.stream?.pause()
  }

  override resume(): void {
    super.resume()
    this.stream?.resume()
  }

  override toString(): string {
    const { encoding, lineMax, longLines } = this.options
    return `StdinSupply(encoding=${encoding}, lineMax=${lineMax}, longLines=${longLines})`
  }

  private leave(): void {
    const { stream } = this
    if (stream === null) return
    stream.off('data', this.read).off('end', this.ended).off('error', this.fail).pause()
    // A terminal or a pipe that nobody reads must not keep the process alive.
    stream.unref?.()
    this.stream = null
  }

  private readonly read = (chunk: Buffer | string): void => {
    for (const piece of this.cutter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) this.pass(piece)
  }

  private readonly ended = (): void => {
    const rest = this.cutter.end()
    if (rest !== null) this.pass(rest)
    this.train.ended()
  }

  private readonly fail = (error: Error): void => {
    const message = `cannot read the standard input: ${error.message}`
    this.train.fail(new SourceError(codeOf(error) || 'EIO', message, { cause: error }))
  }

  private pass(piece: Piece): void {
    if (!this.long.takes(piece, 'the standard input')) return
    const ticket = this.open(null, 0, piece.to - piece.from)
    this.begin(ticket)
    this.linesOf({ raw: () => rawLines(piece, this.options), text: () => textOfPiece(piece, this.options) })
    this.end(ticket)
  }
}
