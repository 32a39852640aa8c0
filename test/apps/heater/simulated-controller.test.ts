import { expect, test } from '@jest/globals'
import { SimulatedController } from '../../../apps/heater/simulated-controller.js'
import { ManualClock } from '../../../lib/movement/index.js'

function start() {
  const clock = new ManualClock()
  const heater = new SimulatedController({ clock, lagMs: 1000 })
  const ask = (...lines: string[]): string => lines.map((line) => heater.answer(line)).join(' ')
  return { clock, heater, ask }
}

test('it is cold and off at first, and nears its setpoint when it is switched on', () => {
  const { clock, ask } = start()
  expect(ask('TEMP?', 'SP?', 'OUT?', 'POWER?', 'FAULTS?')).toBe('20 20 0 0 0')
  expect(ask('POWER 1', 'SP 60', 'OUT?')).toBe('OK OK 100')
  clock.advance(1000)
  expect(ask('temp?')).toBe('45.3')
  clock.advance(60_000)
  expect(ask('TEMP?', 'OUT?')).toBe('60 22.2')
})

test('switched off it grows cold, and begins where it is when it is switched on again', () => {
  const { clock, ask } = start()
  ask('POWER 1', 'SP 60')
  clock.advance(60_000)
  ask('POWER 0')
  clock.advance(1000)
  expect(ask('TEMP?', 'POWER 1', 'SP?')).toBe('34.7 OK 34.7')
})

test('with a fault it does not heat', () => {
  const { clock, heater, ask } = start()
  ask('POWER 1', 'SP 60')
  heater.faults = 2
  clock.advance(60_000)
  expect(ask('TEMP?', 'OUT?', 'FAULTS?')).toBe('20 0 2')
})

test.each([
  ['', 'ERR it does not know '],
  ['__proto__', 'ERR it does not know __PROTO__'],
  ['SP 201', "ERR SP can't be 201"],
  ['SP x', "ERR SP can't be NaN"],
  ['POWER 2', "ERR POWER can't be 2"],
  ['TEMP? 1', "ERR TEMP? can't be 1"],
])('it refuses %j', (line, answer) => {
  expect(start().ask(line)).toBe(answer)
})
