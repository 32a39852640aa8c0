import { afterEach, expect, test } from '@jest/globals'
import { Asking } from '../../../lib/items/discovery/asking.js'
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { survey } from '../../../lib/items/discovery/survey.js'
import { Escapement } from '../../../lib/movement/index.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { blockAt } from './blocks.js'
import { closeAll, deadPort, fakeDaemon } from './fake-daemon.js'

afterEach(closeAll)

async function* calls(...ports: number[]) {
  for (const port of ports) yield await Promise.resolve({ host: '127.0.0.1', port })
}

async function look(remembered: readonly KnownBlock[], ...answering: number[]) {
  const gone: string[] = []
  const asking = new Asking({ esc: Escapement.instance, ackMs: 300 })
  const found = await survey({
    ...{ asking, log: silentLogger, registries: calls(), daemons: calls(...answering) },
    remembered: () => Promise.resolve(remembered),
    onGone: (block) => Promise.resolve(void gone.push(block.store)),
  })
  return { ...found, stores: found.located.map(({ block }) => block.store), gone }
}

test('each is found once, whether it was remembered or answers a call', async () => {
  const [one, two] = [await fakeDaemon({ store: 'one' }), await fakeDaemon({ store: 'two' })]
  expect(await look([two.block], one.port, two.port)).toMatchObject({ stores: ['one', 'two'], silent: [], gone: [] })
})

test('who is silent is told, all after one wait, and in whose place another one is, is gone', async () => {
  const one = await fakeDaemon({ store: 'one' })
  const dead = await deadPort()
  const silent = ['a', 'b', 'c'].map((store) => blockAt(dead, { store, uuid: store }))
  const gone = blockAt(one.port, { store: 'other', uuid: 'other' })
  const found = await look([...silent, gone], await deadPort())
  expect(found).toMatchObject({ stores: [], gone: ['other'] })
  expect(found.silent.map(({ block }) => block.store).sort()).toEqual(['a', 'b', 'c'])
})
