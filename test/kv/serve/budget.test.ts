import { Budget } from '../../../lib/kv/serve/budget.js'

it('is spent when what it may take is taken, or what all may take together', () => {
  const whole = new Budget(100)
  const [one, other] = [new Budget(70, whole), new Budget(70, whole)]
  one.take(60)
  expect([one.isSpent, other.isSpent]).toEqual([false, false])
  one.take(10)
  expect([one.isSpent, other.isSpent]).toEqual([true, false])
  other.take(30)
  expect(other.isSpent).toBe(true)
  one.give(70)
  expect([one.isSpent, other.isSpent]).toEqual([false, false])
})
