/** Which addresses only this machine reaches. */
import { isIP } from 'node:net'

/**
 * Whether a host to listen at is reached from this machine only. Of names only `localhost` is trusted.
 *
 * @example
 * assert.deepEqual(['127.0.0.1', '::1', 'localhost', '0.0.0.0', ''].map(isLoopback), [true, true, true, false, false])
 */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
