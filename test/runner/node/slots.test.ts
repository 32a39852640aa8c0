import { Slots } from '../../../lib/runner/node/slots.js'

it('gives no more than there are, and tells when one is free where none was', () => {
  let freed = 0
  const slots = new Slots(2, () => (freed += 1))
  expect([slots.take(), slots.take(), slots.take(), slots.taken]).toEqual([true, true, false, 2])
  slots.give()
  slots.give()
  expect([freed, slots.taken, slots.take()]).toEqual([1, 0, true])
})

it('is of at least one', () => {
  expect(() => new Slots(0, () => undefined)).toThrow(/capacity must be at least 1: it is 0/)
})
