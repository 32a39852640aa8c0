/** Appends text to a stream that is open already: a pipe, a terminal, a socket. */
import type { Writable } from 'node:stream'
import { DeadbeatError, codeOf } from '../errors/index.js'
import type { AppendTarget } from './append-options.js'
import type { FileLoop } from './loop.js'
import { Seals } from './seals.js'

/** From how many characters on a write doesn't wait for the input to pause. */
const BATCH = 65536

/** The stream. It isn't ended here, since it was opened elsewhere. */
export class AppendStream {
  flushed = 0
  readonly takesMany = true
  private readonly loop: FileLoop
  private readonly stream: Writable
  private readonly name: string
  private readonly bufferMax: number
  private readonly target: AppendTarget
  private readonly seals = new Seals<number>()
  private out = ''
  private base = 0
  private isWaiting = false
  private isBroken = false
  private whenEmpty: (() => void) | null = null

  constructor(loop: FileLoop, stream: Writable, name: string, bufferMax: number, target: AppendTarget) {
    this.loop = loop
    this.stream = stream
    this.name = name
    this.bufferMax = bufferMax
    this.target = target
  }

  /** Listen for errors. */
  open(): void {
    this.stream.on('error', this.failed)
  }

  /** Take text: whole lines, with their ends. */
  append(text: string): void {
    this.out += text
    if (this.out.length >= BATCH) {
      this.flush()
    } else if (!this.isWaiting) {
      this.isWaiting = true
      this.loop.enqueue(this.flush)
    }
  }

  position(): number {
    return this.base + this.out.length
  }

  full(): boolean {
    return this.isBroken || this.position() - this.flushed > this.bufferMax
  }

  /** Tell the characters taken so far, once they are written. */
  seal(then: (length: number) => void): void {
    if (this.flushed === this.position()) then(this.flushed)
    else this.seals.add(this.position(), then)
  }

  /** Write everything. Ends too when the stream is broken. */
  async close(): Promise<void> {
    this.flush()
    if (this.flushed < this.position() && !this.isBroken)
      await new Promise<void>((resolve) => (this.whenEmpty = resolve))
  }

  /** Listen no more. */
  release(): void {
    this.stream.off('error', this.failed)
    // A write that is still under way may fail later, when nobody can do anything about it.
    this.stream.on('error', () => undefined)
  }

  private readonly flush = (): void => {
    this.isWaiting = false
    if (this.out === '' || this.isBroken) return
    const { out } = this
    this.out = ''
    this.base += out.length
    const to = this.base
    this.stream.write(out, (error) => {
      if (error === null || error === undefined) this.wrote(to)
      else this.failed(error)
    })
  }

  private wrote(to: number): void {
    this.flushed = to
    this.seals.wrote(to, () => to)
    this.seals.reached(to)
    this.target.flushed()
    if (this.flushed === this.position()) this.whenEmpty?.()
  }

  private readonly failed = (error: Error): void => {
    if (this.isBroken) return
    this.isBroken = true
    const code = codeOf(error) || 'EIO'
    const reason = code === 'EPIPE' ? 'its reader has gone (EPIPE)' : error.message
    const left = this.position() - this.flushed
    const message = `cannot write to ${this.name}: ${reason}; ${left} characters were not written and are not acknowledged`
    this.target.failed(new DeadbeatError(code, message, { cause: error }))
    this.whenEmpty?.()
  }
}
