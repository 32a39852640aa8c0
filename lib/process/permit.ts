/**
 * Running only as long as whoever started this process permits it: a node, whose jobs must have ended before others begin
 * them. See `Native.obeyPermit` for what is said over the socket.
 */
import { readSync } from 'node:fs'
import { Socket } from 'node:net'

/** The variable that says on which descriptor permits come. */
export const PERMIT_VARIABLE = 'DEADBEAT_PERMIT_FD'

/**
 * Where the environment names a descriptor for permits, wait for the first, and run only as long as they say: SIGTERM, then
 * SIGKILL. What this process starts isn't told. Without the native part the loop has to see to that itself: it does so late
 * while it is busy, and when the process was stopped, only once it goes on.
 *
 * @throws {Error} EPIPE, if there is nobody who could give one.
 */
export async function obeyPermits(env: NodeJS.ProcessEnv): Promise<void> {
  const fd = env[PERMIT_VARIABLE]
  if (fd === undefined) return
  Reflect.deleteProperty(env, PERMIT_VARIABLE)
  const { native } = await import('inotify-ts/native')
  if (native === null) new Permits(Number(fd))
  else native.obeyPermit(Number(fd))
}

class Permits {
  readonly #socket: Socket
  #stopMs = 0
  #killMs = 0
  #isAsked = false
  #timer: NodeJS.Timeout | undefined

  constructor(fd: number) {
    this.#take(readLine(fd))
    this.#socket = new Socket({ fd, readable: true, writable: true })
    this.#socket.setEncoding('utf8').unref()
    this.#socket.on('error', () => undefined) // It closes, too.
    this.#socket.on('close', () => this.#ask())
    let rest = ''
    this.#socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() as string
      const last = lines.at(-1)
      if (last !== undefined) this.#take(last)
    })
  }

  #take(line: string): void {
    const [stopMs, killMs] = line.split(' ').map(Number) as [number, number]
    this.#stopMs = stopMs
    this.#killMs = killMs
    this.#arm()
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const nextMs = this.#isAsked ? this.#killMs : Math.min(this.#stopMs, this.#killMs)
    // What there is to be read is read after timers have rung.
    this.#timer = setTimeout(() => setImmediate(() => this.#look()), Math.max(0, nextMs - monotonicMs())).unref()
  }

  #look(): void {
    const now = monotonicMs()
    if (now >= this.#killMs) process.kill(process.pid, 'SIGKILL')
    if (now >= this.#stopMs) this.#ask()
    this.#arm()
  }

  #ask(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    this.#socket.write('stops\n')
    process.kill(process.pid, 'SIGTERM')
  }
}

function readLine(fd: number): string {
  const byte = Buffer.alloc(1)
  let line = ''
  while (!line.endsWith('\n')) {
    if (readSync(fd, byte) === 0)
      throw Object.assign(new Error('EPIPE: nobody permits this process to run'), { code: 'EPIPE' })
    line += byte.toString()
  }
  return line
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
