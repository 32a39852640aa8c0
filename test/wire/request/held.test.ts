import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { anonymous } from '../../../lib/rights/index.js'
import { hold } from '../../../lib/wire/request/held.js'
import { Peer } from '../../../lib/wire/request/peer.js'
import { Asker, Work } from '../../../lib/wire/request/work.js'

function start() {
  const clock = new ManualClock()
  const begun = clock.now()
  const released: [string, number][] = []
  const peer = new Peer(Buffer.from('me'), 'me')
  const holding = {
    ...{ held: peer.held, esc: new Escapement({ clock }) },
    release: (works: readonly Work[]) => works.forEach(({ id }) => released.push([id, clock.now() - begun])),
  }
  const come = (id: string, deadlineMs: number | null, isLate: boolean): void => {
    const request = {
      dialect: 'new',
      id: Buffer.from(id),
      type: 'GET',
      target: 'x.y',
      flags: 0,
      payload: null,
    } as const
    hold(new Work(new Asker(peer, request, anonymous), deadlineMs, null), { ...holding, isLate })
  }
  return { clock, come, released, held: peer.held }
}

test('what is late is held for a quarter of a second, or as long as its time is, and what is behind it with it', () => {
  const { clock, come, released, held } = start()
  come('late', null, true)
  come('behind', 10, false)
  clock.advance(300)
  come('soon over', 100, true)
  come('behind that', null, false)
  clock.advance(300)
  expect(released).toEqual([
    ['late', 250],
    ['behind', 250],
    ['soon over', 400],
    ['behind that', 400],
  ])
  expect(held).toEqual([])
})

test('each that is late is held by itself, behind those before it', () => {
  const { clock, come, released } = start()
  come('first', null, true)
  clock.advance(200)
  come('second', null, true)
  come('third', 20, true)
  clock.advance(1000)
  expect(released).toEqual([
    ['first', 250],
    ['second', 450],
    ['third', 450],
  ])
})
