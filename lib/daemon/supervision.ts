/** Telling a service manager how the train fares, without the script's doing: the movement says it on its channels. */
import { subscribe } from 'node:diagnostics_channel'
import type { ServiceManager } from './notify.js'

/** Where a train says that it runs, and that it begins to stop with no other to follow it. */
export const CHANNELS = { running: 'deadbeat.train.running', stopping: 'deadbeat.train.stopping' } as const

/** What of a train is used here. */
interface Running {
  readonly train: { readonly esc: { enqueue(fn: () => void): unknown }; onEnd(listener: () => void): void }
}

/**
 * Tell the manager when a train runs, also one that follows another, and when it begins to stop; and until it has
 * ended, that it is alive: each sign passes through the train's escapement, so that none comes when that hangs.
 */
export function supervise(manager: ServiceManager): void {
  let current: Running['train'] | null = null
  subscribe(CHANNELS.running, (message) => {
    const { train } = message as Running
    current = train
    train.onEnd(() => {
      if (current === train) current = null
    })
    manager.ready()
  })
  subscribe(CHANNELS.stopping, (message) => {
    if (current === (message as Running).train) manager.stopping()
  })
  if (manager.watchdogMs === null) return
  // It must not keep a process alive in which nothing can happen any more.
  setInterval(() => void current?.esc.enqueue(() => manager.alive()), manager.watchdogMs / 2).unref()
}
