/** A client of raw frames, as a stranger may send them. */
import { zmq } from '../../lib/wire/zmq.js'
import { afterTest } from './wire.js'

/** A DEALER that sends any frames and reads what comes. */
export class RawClient {
  private readonly socket

  constructor(port: number, options: object = {}) {
    this.socket = new (zmq().Dealer)({ linger: 0, ...options })
    this.socket.connect(`tcp://127.0.0.1:${port}`)
    afterTest(() => this.socket.close())
  }

  close(): void {
    this.socket.close()
  }

  /** Send frames; what is a text goes in UTF-8. */
  async send(...frames: (string | Uint8Array)[]): Promise<void> {
    await this.socket.send(frames)
  }

  /** The next message, its frames one character a byte. */
  async receive(): Promise<string[]> {
    return (await this.socket.receive()).map((frame) => frame.toString('latin1'))
  }

  /** The next messages. */
  async receiveAll(count: number): Promise<string[][]> {
    const received = []
    while (received.length < count) received.push(await this.receive())
    return received
  }

  /** What comes for a request that is answered at once: to tell that nothing else came before. */
  async fence(): Promise<void> {
    await this.send('a', 'fence', 'GET', 'fence._', '\x01', '')
    const [, id] = await this.receive()
    if (id !== 'fence') throw new Error(`something came before: ${id}`)
  }
}
