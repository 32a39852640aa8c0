import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { Chain } from '../../lib/stream/chain.js'

function start() {
  const clock = new ManualClock()
  const told: string[] = []
  const tell = (_: object, message: string) => void told.push(message)
  const chain = new Chain(new Escapement({ clock }), { debug: tell, info: tell, warn: tell, error: tell }, 'a:1')
  return { clock, chain, told }
}

test('nothing follows anything before it is known what stream it is, nor in one of several replicas', () => {
  const { chain } = start()
  chain.passed('a')
  expect(chain.follows).toBeNull()
  chain.connected(2)
  expect(chain.follows).toBeNull()
  chain.connected(1)
  expect(chain.follows).toBe('a')
  chain.begin()
  expect(chain.follows).toBeNull()
})

test('once something else was last nothing is followed for 10 s, which is told once a connection', () => {
  const { chain, clock, told } = start()
  chain.connected(1)
  for (let i = 1; i <= 2; i++) {
    chain.passed('a')
    chain.interrupted()
    clock.advance(9999)
    expect(chain.follows).toBeNull()
    clock.advance(1)
    expect(chain.follows).toBe('a')
  }
  expect(told).toEqual([expect.stringMatching(/^a:1: others write to the stream, too: for 10 s/)])
  chain.connected(1)
  chain.interrupted()
  expect(told).toHaveLength(2)
})
