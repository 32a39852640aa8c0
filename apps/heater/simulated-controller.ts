/** A heater that isn't there: what its controller would answer, by the clock. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Clock } from 'deadbeat'
import type { Endpoint } from 'deadbeat/conf'

const AMBIENT = 20
const SETPOINT_MAX = 200

/**
 * A controller for tests, and for whoever has none. It knows `TEMP?`, `SP?`, `OUT?`, `POWER?`, `FAULTS?`, `SP 45.5` and `POWER 1`, and
 * answers with a number, `OK`, or `ERR` and why.
 *
 * As real ones do, it wakes up switched off, and begins at the temperature that it finds when it is switched on.
 */
export class SimulatedController {
  /** Its faults, as the bits of a number: with any of them it doesn't heat. */
  faults = 0
  readonly #clock: Clock
  readonly #lagMs: number
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#serve(socket))
  #temperature = AMBIENT
  #since: number
  #setpoint = AMBIENT
  #isOn = false

  /** @param lagMs In which time two thirds of the way to the setpoint are made. */
  constructor({ clock, lagMs }: { readonly clock: Clock; readonly lagMs: number }) {
    this.#clock = clock
    this.#lagMs = lagMs
    this.#since = clock.now()
  }

  /** Answer there from now on; port 0: any that is free. Answers where that is. */
  async listen({ host, port }: Endpoint): Promise<Endpoint> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen({ host, port }, resolve)
    })
    return { host, port: (this.#server.address() as AddressInfo).port }
  }

  /** Leave without a word. */
  async close(): Promise<void> {
    const isClosed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await isClosed
  }

  /** The answer to a line. */
  answer(line: string): string {
    const temperature = this.#look()
    const [word = '', value] = line.trim().toUpperCase().split(/\s+/)
    if (value !== undefined) return this.#set(word, Number(value))
    const knows: Readonly<Record<string, number>> = {
      'TEMP?': temperature,
      'SP?': this.#setpoint,
      'OUT?': this.#isHeating ? outputAt(temperature, this.#setpoint) : 0,
      'POWER?': Number(this.#isOn),
      'FAULTS?': this.faults,
    }
    const known = Object.hasOwn(knows, word) ? knows[word] : undefined
    return known === undefined ? `ERR it does not know ${word}` : String(Math.round(known * 10) / 10)
  }

  #set(word: string, value: number): string {
    if (word === 'SP' && value >= 0 && value <= SETPOINT_MAX) this.#setpoint = value
    else if (word === 'POWER' && (value === 0 || value === 1)) {
      if (value === 1 && !this.#isOn) this.#setpoint = this.#temperature
      this.#isOn = value === 1
    } else return `ERR ${word} can't be ${value}`
    return 'OK'
  }

  get #isHeating(): boolean {
    return this.#isOn && this.faults === 0
  }

  /** The temperature nears what it is led to, the faster the farther it is away. */
  #look(): number {
    const end = this.#isHeating ? this.#setpoint : AMBIENT
    const now = this.#clock.now()
    this.#temperature = end + (this.#temperature - end) * Math.exp((this.#since - now) / this.#lagMs)
    this.#since = now
    return this.#temperature
  }

  #serve(socket: Socket): void {
    let text = ''
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined) // Whoever asked has gone.
    socket.setEncoding('latin1').on('data', (piece: string) => {
      const lines = (text + piece).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) socket.write(`${this.answer(line)}\n`)
    })
  }
}

/** What holds the temperature, and more the farther it is to go: percent. */
function outputAt(temperature: number, setpoint: number): number {
  const holding = ((setpoint - AMBIENT) / (SETPOINT_MAX - AMBIENT)) * 100
  return Math.min(100, Math.max(0, holding + (setpoint - temperature) * 10))
}
