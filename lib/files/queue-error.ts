/** A queue on disk that can't be read as it is: never passed over, as what is in it may be nowhere else. */
import { dirname } from 'node:path'
import { DeadbeatError } from '../errors/index.js'

/** EX_IOERR of sysexits.h. */
const EX_IOERR = 74

/** What it means to remove the cursor of a queue, as a part of a message. */
export const ONCE_MORE = '(what is still in the queue is then given once more)'

/** The files of a queue are damaged, are not all there, or are of a newer version. */
export class QueueError extends DeadbeatError {
  readonly exitCode = EX_IOERR

  constructor(message: string, options?: { cause?: unknown }) {
    super('ERR_QUEUE', message, options)
  }
}

/**
 * A segment is damaged at a byte of its file. The message says what an operator can do.
 *
 * @example
 * assert.match(damagedAt('/q/segment-0', 79, 'its checksum does not fit').message, /^\/q\/segment-0 is damaged at byte 79: /)
 */
export function damagedAt(path: string, offset: number, how: string): QueueError {
  const advice =
    `put back a copy of it; or give up what is left of it (truncate -s ${offset} ${path}), ` +
    `and remove ${dirname(path)}/cursor unless it is the last one ${ONCE_MORE}`
  return new QueueError(`${path} is damaged at byte ${offset}: ${how}; ${advice}`)
}
