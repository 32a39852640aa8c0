/** A stand-in for systemd: the socket that a service tells how it fares. */
import { closeSync } from 'node:fs'
import { EPOLL_CTL_ADD, EPOLLIN, native, READ_NOTHING, type EpollHandle } from 'inotify-ts/native'

/** What came, and who waits for more. */
export class StandInManager {
  readonly address: string
  readonly messages: string[] = []
  readonly #fd: number
  readonly #epoll: EpollHandle
  #wake: () => void = () => undefined

  /** @param address A path, or a name that begins with `@`. */
  constructor(address: string) {
    if (native === null) throw new Error('the binding is needed')
    const binding = native
    this.address = address
    this.#fd = binding.unixDgram()
    binding.unixBind(this.#fd, address)
    const buffer = Buffer.alloc(4096)
    this.#epoll = new binding.Epoll(() => {
      const read = (): number => binding.read(this.#fd, buffer)
      for (let count = read(); count !== READ_NOTHING; count = read()) {
        this.messages.push(buffer.toString('utf8', 0, count))
      }
      this.#wake()
    })
    this.#epoll.ctl(EPOLL_CTL_ADD, this.#fd, EPOLLIN, 1)
  }

  /** Resolve once a message has come, after those that were waited for before, that has this line. */
  async hear(line: string): Promise<Record<string, string>> {
    for (;;) {
      const at = this.messages.findIndex((message) => message.split('\n').includes(line))
      if (at >= 0) {
        const [message = ''] = this.messages.splice(0, at + 1).slice(-1)
        return Object.fromEntries(message.split('\n').map((one) => one.split('=') as [string, string]))
      }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  close(): void {
    this.#epoll.close()
    closeSync(this.#fd)
  }
}
