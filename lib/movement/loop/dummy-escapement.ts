/** The escapement of cogs that are finishing: the same interface, binding nothing. */
import type { Binding, EventLoop } from './event-loop.js'

const DEAD: Binding = Object.freeze({ live: false })

/**
 * What stands in for a cog's escapement once its `finish` was called: nothing new can be bound, and no code has to ask
 * whether it may. Every binding it answers is dead, and its callable never runs. The time is still told, and what the
 * real one has bound can still be taken back.
 *
 * @example
 * const esc = new Escapement({ clock: new ManualClock() })
 * const dummy = new DummyEscapement(esc)
 * const timer = esc.after(10, () => {})
 * assert.deepEqual([dummy.after(10, () => {}).live, dummy.cancel(timer)], [false, true])
 */
export class DummyEscapement implements EventLoop {
  readonly #esc: EventLoop

  /** `esc` is the one that it stands in for. */
  constructor(esc: EventLoop) {
    this.#esc = esc
  }

  get inotify(): boolean {
    return this.#esc.inotify
  }

  now(): number {
    return this.#esc.now()
  }

  wall(): number {
    return this.#esc.wall()
  }

  enqueue(): Binding {
    return DEAD
  }

  at(): Binding {
    return DEAD
  }

  after(): Binding {
    return DEAD
  }

  every(): Binding {
    return DEAD
  }

  cron(): Binding {
    return DEAD
  }

  fdRegister(): Binding {
    return DEAD
  }

  inotifyAdd(): Binding {
    return DEAD
  }

  signalRegister(): Binding {
    return DEAD
  }

  dequeue(what: Parameters<EventLoop['dequeue']>[0]): number {
    return this.#esc.dequeue(what)
  }

  cancel(timer: Binding): boolean {
    return this.#esc.cancel(timer)
  }

  fdUnregister(fd: number): boolean {
    return this.#esc.fdUnregister(fd)
  }

  inotifyRm(watch: Binding): boolean {
    return this.#esc.inotifyRm(watch)
  }

  signalUnregister(...binding: Parameters<EventLoop['signalUnregister']>): number {
    return this.#esc.signalUnregister(...binding)
  }
}
