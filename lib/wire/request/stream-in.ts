/** A stream of answers as they come, read one by one. */
import { WireError } from '../errors.js'
import type { Payload } from '../frames/message.js'
import type { Waiter } from './pending.js'

/** After so many that were read, the daemon is told that there is room again. */
const MORE_EVERY = 32

/** What a stream has brought and nobody has read yet: as much as the daemon was allowed to send. */
export class StreamIn implements Waiter {
  private readonly arrived: Payload[] = []
  private error: Error | null = null
  private isOver = false
  private seq = 0
  private wake: () => void = () => undefined

  reply(payload: Payload, isLast: boolean): void {
    const { seq, more: _more, ...rest } = payload
    if (isLast && Object.keys(rest).length === 0) this.isOver = true
    else if (this.error === null) this.arrived.push(rest)
    if (typeof seq === 'number' && seq !== this.seq) {
      this.error ??= new WireError('ERR_WIRE_FRAMES', `message ${this.seq} of the stream must come next: ${seq} came`)
    }
    this.seq += 1
    this.isOver ||= isLast
    this.wake()
  }

  fail(error: Error): void {
    this.error ??= error
    this.wake()
  }

  /** What has come and what comes; `more` is called with how many were read since it was called last. */
  async *read(more: (count: number) => void): AsyncGenerator<Payload, void, undefined> {
    let read = 0
    for (;;) {
      const next = this.arrived.shift()
      if (next !== undefined) {
        yield next
        if (++read % MORE_EVERY === 0 && !this.isOver) more(MORE_EVERY)
      } else if (this.error !== null) throw this.error
      else if (this.isOver) return
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}
