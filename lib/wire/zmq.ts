/** ZeroMQ, loaded when the first socket is made: the one file that imports its package. */
import { createRequire } from 'node:module'
import type * as Zmq from 'zeromq'

let loaded: typeof Zmq | null = null

/**
 * The package zeromq. A process that opens no socket never loads its native part.
 *
 * @example
 * assert.match(zmq().version, /^4\./)
 */
export function zmq(): typeof Zmq {
  loaded ??= createRequire(import.meta.url)('zeromq') as typeof Zmq
  return loaded
}
