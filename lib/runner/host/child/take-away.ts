/**
 * What Node's permissions leave to code and a job is not to have is taken away before the code runs. What is confined
 * can't see other processes either; for the rest, this.
 */
import { syncBuiltinESMExports } from 'node:module'
import type { Socket } from 'node:net'
import os from 'node:os'
import process from 'node:process'

/**
 * Take signals to other processes and their priority away, and native code, and sockets that lie in files: behind those of a container
 * engine or a database is more than a network.
 *
 * @param channel a socket of the kind that lies in files, which shows where that kind comes from.
 */
export function takeAway(channel: Socket): void {
  for (const name of ['kill', '_kill', '_debugProcess', 'dlopen']) Reflect.deleteProperty(process, name)
  Reflect.deleteProperty(os, 'setPriority')
  syncBuiltinESMExports()
  const { _handle: handle } = channel as unknown as { readonly _handle: object }
  const kind = Object.getPrototypeOf(handle) as Record<string, unknown>
  for (const name of ['bind', 'bind2', 'connect', 'connect2']) if (name in kind) kind[name] = refuse
}

function refuse(): never {
  throw Object.assign(new Error('a job may not use sockets that lie in files'), { code: 'ERR_ACCESS_DENIED' })
}
