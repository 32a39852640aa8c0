import { expect, test } from '@jest/globals'
import type { Inlet } from '../../../lib/movement/cog/inlet.js'
import { runTrain } from '../../support/engine-kit.js'

test('whoever has the inlet can put data without being a Supply: open, begin, skip, end', async () => {
  const { supply, drain, end } = await runTrain(() => [(n: number) => [n]])
  const inlet: Inlet = supply['train'].inlet
  const told: unknown[] = []
  const ticket = inlet.open({ acknowledge: ({ origin }) => told.push(origin) }, 'origin', 0, 0)
  inlet.begin(ticket)
  inlet.skip()
  expect(inlet.nextId()).toBe('t1')
  supply.put(7)
  inlet.end(ticket)
  drain.flush()
  expect([told, ticket.count, drain.taken, drain.heard]).toEqual([['origin'], 2, [7], ['t0', 't1']])
  await end()
})
