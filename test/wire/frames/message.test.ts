import { NO_ACK, NO_REP, VERSION } from '../../../lib/wire/frames/message.js'

test('the numbers and letters of the protocol', () => {
  expect([NO_ACK, NO_REP, VERSION.toString()]).toEqual([1, 2, 'a'])
})
