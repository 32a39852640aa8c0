import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../lib/app/exit-codes.js'
import { QueueError, damagedAt } from '../../lib/files/queue-error.js'

test('a damage is told with its file, its byte and what can be done, and ends a process with 74', () => {
  const error = damagedAt('/q/segment-0000000000000000', 91, 'its checksum does not fit')
  expect(error).toBeInstanceOf(QueueError)
  expect(error).toMatchObject({ code: 'ERR_QUEUE', name: 'QueueError' })
  expect(error.message).toBe(
    '/q/segment-0000000000000000 is damaged at byte 91: its checksum does not fit; put back a copy of it; or give up ' +
      'what is left of it (truncate -s 91 /q/segment-0000000000000000), and remove /q/cursor unless it is the last one ' +
      '(what is still in the queue is then given once more)',
  )
  expect(exitCodeOf(error)).toBe(74)
})
