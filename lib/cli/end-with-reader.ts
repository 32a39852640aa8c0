/** What becomes of a command whose output nobody reads any more. */
import type { Writable } from 'node:stream'
import { EXIT } from '../app/exit-codes.js'

/** From now on, end with 0 once whoever reads this stream has gone: as `head`, it has seen enough. */
export function endWithReader(stream: Writable): void {
  stream.on('error', () => process.exit(EXIT.ok))
}
