import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from '@jest/globals'
import { Escapement, Supply, Train } from '../../../lib/movement/index.js'

class Empty extends Supply<never> {
  start(): void {
    this.train.esc.enqueue(() => this.train.ended())
  }
  finish(): void {} // Nothing is left.
}

test('a train says that it runs, and that it begins to stop', async () => {
  const heard: unknown[] = []
  const listeners = ['running', 'stopping'].map((name) => {
    const listener = (message: unknown): void => void heard.push([name, message])
    subscribe(`deadbeat.train.${name}`, listener)
    return () => unsubscribe(`deadbeat.train.${name}`, listener)
  })
  const train = new Train(new Escapement())
  train.line(new Empty(train, {}), () => null)
  await train.run({ signals: false })
  listeners.forEach((off) => off())
  expect(heard).toEqual([
    ['running', { train }],
    ['stopping', { train }],
  ])
})
