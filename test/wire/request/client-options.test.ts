import { REQUEST_CLIENT_DEFAULTS } from '../../../lib/wire/request/client-options.js'

test('a request is known to have arrived long before its answer is due', () => {
  const { ackMs, lostMs, replyMs } = REQUEST_CLIENT_DEFAULTS
  expect([ackMs, lostMs, replyMs]).toEqual([ackMs, lostMs, replyMs].sort((a, b) => a - b))
})
