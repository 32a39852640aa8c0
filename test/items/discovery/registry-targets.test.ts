import { CacheFiles } from '../../../lib/items/discovery/cache-files.js'
import { RegistryBook } from '../../../lib/items/discovery/registry-book.js'
import { RegistryTargets } from '../../../lib/items/discovery/registry-targets.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { Rights } from '../../../lib/rights/index.js'
import type { ServerRequest } from '../../../lib/wire/index.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'

function start(rights?: Rights) {
  const book = new RegistryBook({
    ...{ log: silentLogger, cache: new CacheFiles({ home: temporary(), log: silentLogger }), self: () => null },
    confirm: () => Promise.resolve({ is: 'gone' }),
  })
  const targets = new RegistryTargets({ book, store: 'registry:here', own: () => ({ own: 1 }), rights })
  const ask = (type: string, target: string, value?: unknown) =>
    targets.answer({ type, target, value, principal: { kind: 'anonymous' } } as unknown as ServerRequest)
  return { book, ask }
}
const block = blockAt(7)

test('what is announced is told to whoever asks', async () => {
  const { ask } = start()
  expect(await ask('SET', '_catalog', block)).toEqual({ value: true })
  expect(ask('GET', '_hash')).toEqual({ value: { lamp: { [block.uuid]: 7 }, 'registry:here': { own: 1 } } })
  expect(ask('GET', '._hash')).toEqual(ask('GET', '_hash'))
  expect(ask('GET', 'Lamp._hash')).toEqual({ value: { lamp: { [block.uuid]: 7 } } })
  expect(ask('GET', 'lamp._catalog')).toEqual({ value: { [block.uuid]: block } })
  expect(ask('GET', 'lamp.catalog')).toEqual(ask('GET', 'lamp._catalog'))
})

test('of a store that nobody has announced nothing is known', () => {
  const { ask } = start()
  expect(() => ask('GET', 'lamp._catalog')).toThrow('no daemon of lamp was announced here')
  expect(() => ask('GET', 'lamp._hash')).toThrow('no daemon of lamp was announced here')
})

test.each([
  ['GET', 'registry:here._hash'],
  ['GET', 'registry:here._catalog'],
  ['GET', 'registry:here.daemons'],
  ['SET', 'registry:here._catalog'],
  ['SET', 'lamp._catalog'],
  ['CALL', '_catalog'],
  ['GET', 'lamp.level'],
])('%s %s is the affair of any daemon', (type, target) => {
  expect(start().ask(type, target)).toBeUndefined()
})

test('what is no block is refused', async () => {
  await expect(start().ask('SET', '_catalog', { store: '..' })).rejects.toThrow('a catalog block')
})

test('who has no right to a store does not announce it', async () => {
  const rights = new Rights({ rules: () => [] })
  const { ask, book } = start(rights)
  await expect(ask('SET', '_catalog', block)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  expect(book.size).toBe(0)
})
