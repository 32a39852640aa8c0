import { expect, test } from '@jest/globals'
import { Cog, DummyEscapement, type Turn } from '../../../lib/movement/index.js'
import { Seat } from '../../../lib/movement/train/seat.js'
import { testTrain } from '../../../lib/testing/index.js'

class Dedupe extends Cog<number> {
  turn(data: number): Turn<number> {
    return [data]
  }
}

function start() {
  const rig = testTrain()
  const seat = new Seat(rig.train, new Dedupe(rig.train, {}))
  return { ...rig, seat }
}

test('what is used before its train was started says so, with its name', () => {
  const { seat } = start()
  for (const use of [() => seat.hold(1), () => seat.id(), () => seat.bundle(), () => seat.inlet]) {
    expect(use).toThrow('Dedupe is used before its train was started: call train.run()')
  }
})

test('the log names the cog', () => {
  const { seat, log } = start()
  seat.log.info('hello')
  expect(log).toEqual([{ level: 'info', message: 'hello', fields: { cog: 'Dedupe' } }])
})

test('once closed it binds nothing, and takes nothing in', () => {
  const { seat, esc } = start()
  expect(seat.esc).toBe(esc)
  seat.close()
  expect(seat.esc).toBeInstanceOf(DummyEscapement)
  expect(() => seat.inlet).toThrow('Dedupe puts data after its finish')
})
