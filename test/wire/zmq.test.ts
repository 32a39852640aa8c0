import { zmq } from '../../lib/wire/zmq.js'

test('the package is loaded once', () => {
  expect(zmq()).toBe(zmq())
  expect(zmq().capability.curve).toBe(true)
})
