import { CacheFiles } from '../../../lib/items/discovery/cache-files.js'
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { RegistryBook, type RegistryBookOptions } from '../../../lib/items/discovery/registry-book.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'

const SELF = { hostname: 'registry.example', rep: 4000 }

/** A book whose daemons are said to be dead or alive. */
function start(options: Partial<RegistryBookOptions> & { home?: string } = {}) {
  const { home = temporary(), ...rest } = options
  const cache = new CacheFiles({ home, log: silentLogger })
  const now = new Map<string, KnownBlock | 'gone'>()
  const asked: string[] = []
  const confirm: RegistryBookOptions['confirm'] = ({ uuid, provenance }) => {
    asked.push(uuid)
    const block = now.get(uuid)
    if (block === 'gone') return Promise.resolve({ is: 'gone' })
    if (block === undefined) return Promise.resolve({ is: 'silent', error: new Error('silence') })
    const { hostname: host, rep, pub = 0 } = provenance[0] ?? { hostname: '', rep: 0 }
    return Promise.resolve({ is: 'live', located: { block, place: { host, rep, pub } } })
  }
  return {
    book: new RegistryBook({ log: silentLogger, cache, confirm, self: () => SELF, ...rest }),
    cache,
    home,
    now,
    asked,
  }
}

const signed = (block: KnownBlock): KnownBlock => ({
  ...block,
  provenance: [...block.provenance, { stratum: 1, ...SELF }],
})
const known = (book: RegistryBook): KnownBlock[] => Object.values(book.catalog('lamp') ?? {})
const lamp = blockAt(7)

test('a daemon that announces itself is known, with who hands it on', async () => {
  const { book } = start()
  expect([book.catalog('lamp'), book.hashes('lamp')]).toEqual([null, null])
  await book.announce({ ...lamp, override: true })
  expect(book.catalog('lamp')).toEqual({ [lamp.uuid]: signed(lamp) })
  expect(book.hashes('lamp')).toEqual({ [lamp.uuid]: 7 })
  expect([book.stores, book.size]).toEqual([['lamp'], 1])
})

test('what is known outlasts the registry', async () => {
  const { book, home } = start()
  await book.announce(lamp)
  const { book: next } = start({ home })
  await next.load()
  expect(known(next)).toEqual([signed(lamp)])
})

test('what a client has found before is handed on as from the registry, too', async () => {
  const { book, cache } = start()
  await cache.write(lamp)
  await book.load()
  expect(known(book)).toEqual([signed(lamp)])
})

test('a block that it has handed on itself changes nothing', async () => {
  const { book } = start()
  await book.announce(signed(blockAt(9)))
  expect(book.size).toBe(0)
})

test('what is no block, or says of no place, is refused', async () => {
  const { book } = start()
  await expect(book.announce({ store: '../x' })).rejects.toThrow('a catalog block')
  const nowhere = { ...lamp, provenance: [{ stratum: 0, hostname: 'a', rep: 1 }] }
  await expect(book.announce(nowhere)).rejects.toThrow('lamp.main must say where it is')
  expect(book.size).toBe(0)
})

test('the same again asks nobody, and what has changed replaces it', async () => {
  const { book, asked } = start()
  await book.announce(lamp)
  await book.announce(lamp)
  const changed = blockAt(7, { hash: 8, time: 900, items: { other: {} } })
  await book.announce(changed)
  expect([known(book), asked]).toEqual([[signed(changed)], []])
})

test('of what other registries pass on the newest counts', async () => {
  const { book } = start()
  const passed = (about: Partial<KnownBlock>): KnownBlock =>
    blockAt(7, { ...about, provenance: [...lamp.provenance, { stratum: 1, hostname: 'other', rep: 5 }] })
  await book.announce(passed({ time: 1000 }))
  await book.announce(passed({ time: 900, hash: 9 }))
  expect(book.hashes('lamp')).toEqual({ [lamp.uuid]: 7 })
  await book.announce(passed({ time: 1100, hash: 11 }))
  expect(book.hashes('lamp')).toEqual({ [lamp.uuid]: 11 })
  expect(known(book)[0]?.provenance.at(-1)).toEqual({ stratum: 2, ...SELF })
})

test('the same daemon at another place is taken if the first one is dead, and refused if it lives', async () => {
  const { book, now } = start()
  await book.announce(lamp)
  const moved = { ...blockAt(17), uuid: lamp.uuid }
  now.set(lamp.uuid, lamp)
  await expect(book.announce(moved)).rejects.toThrow(
    'lamp.main is refused: another daemon, lamp.main at 127.0.0.1:7, has its name, and it lives',
  )
  now.delete(lamp.uuid)
  await book.announce(moved)
  expect(known(book)).toEqual([signed(moved)])
})

test('another daemon with the same name needs override, and that the first one is dead', async () => {
  const { book, now, asked } = start()
  await book.announce(lamp)
  const other = blockAt(9, { items: {} })
  await expect(book.announce(other)).rejects.toThrow('has its name: stop it, or say override if it is dead')
  expect(asked).toEqual([])
  now.set(lamp.uuid, lamp)
  await expect(book.announce({ ...other, override: true })).rejects.toThrow('and it lives')
  now.delete(lamp.uuid)
  await book.announce({ ...other, override: true })
  expect(known(book)).toEqual([signed(other)])
})

test('an item is one daemon only', async () => {
  const { book, now } = start()
  await book.announce(lamp)
  const other = blockAt(9, { alias: 'other' })
  await expect(book.announce(other)).rejects.toThrow(
    'lamp.other is refused: another daemon, lamp.main at 127.0.0.1:7, has the item level: stop it',
  )
  now.set(lamp.uuid, lamp)
  await expect(book.announce({ ...other, override: true })).rejects.toThrow('has the item level, and it lives')
  now.delete(lamp.uuid)
  await book.announce({ ...other, override: true })
  expect(known(book)).toEqual([signed(other)])
  await book.announce(blockAt(11, { store: 'other' })) // Of another store, the same name.
  expect(book.size).toBe(2)
})

test('announcements are worked off one after the other', async () => {
  const { book } = start()
  const both = [book.announce(lamp), book.announce(blockAt(9))]
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('who does not answer three times in a row is forgotten, on disk too', async () => {
  const { book, now, cache } = start()
  await book.announce(lamp)
  await book.probe()
  await book.probe()
  now.set(lamp.uuid, lamp)
  await book.probe()
  now.clear()
  await book.probe()
  await book.probe()
  expect(book.size).toBe(1)
  await book.probe()
  expect([book.stores, await cache.read('lamp')]).toEqual([[], []])
})

test('where another daemon listens by now it is forgotten at once', async () => {
  const { book, now } = start()
  await book.announce(lamp)
  now.set(lamp.uuid, 'gone')
  await book.probe()
  expect(book.size).toBe(0)
})

test('a probe learns what a daemon has changed', async () => {
  const { book, now } = start()
  await book.announce(lamp)
  now.set(lamp.uuid, blockAt(7, { hash: 8 }))
  await book.probe()
  expect(known(book)).toEqual([signed(blockAt(7, { hash: 8 }))])
})

test('what was announced during a probe stays', async () => {
  const { book } = start({
    missesMax: 1,
    confirm: async () => {
      await book.announce(blockAt(7, { hash: 8 }))
      return { is: 'silent', error: new Error('silence') }
    },
  })
  await book.announce(lamp)
  await book.probe()
  expect(book.hashes('lamp')).toEqual({ [lamp.uuid]: 8 })
})

test('there is room for blocksMax daemons', async () => {
  const { book } = start({ blocksMax: 1 })
  await book.announce(lamp)
  await expect(book.announce(blockAt(9, { store: 'other' }))).rejects.toThrow('room for blocksMax (1) daemons')
  await book.announce(blockAt(7, { hash: 8 }))
})

test('only so many daemons are asked at a time, and all of them', async () => {
  let [now, most, all] = [0, 0, 0]
  const confirm: RegistryBookOptions['confirm'] = async (block) => {
    all += 1
    most = Math.max(most, ++now)
    await Promise.resolve()
    now -= 1
    return { is: 'live', located: { block, place: { host: '127.0.0.1', rep: 1, pub: 2 } } }
  }
  const { book } = start({ confirm, probesMax: 2 })
  for (const n of [1, 2, 3, 4, 5]) await book.announce(blockAt(n * 10, { store: `lamp${n}` }))
  await book.probe()
  expect([most, all]).toEqual([2, 5])
})
