import { expect, test } from '@jest/globals'
import { Catalog } from '../../../lib/items/daemon/catalog.js'
import { Item, Store } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'

test('the block is the same as long as the items are, and says so by its time and its hash', () => {
  const clock = new ManualClock({ wallMs: 5000 })
  const store = new Store('Lamp', new Escapement({ clock }))
  const catalog = new Catalog({
    store,
    alias: 'main',
    uuid: 'a',
    describe: ({ options }) => ({ units: options.units }),
  })
  new Item(store, 'Level', { units: 'mm' })
  const first = catalog.block
  expect(first).toMatchObject({ store: 'lamp', alias: 'main', uuid: 'a', time: 5, items: { level: { units: 'mm' } } })
  clock.advance(1000)
  expect(catalog.block).toBe(first)
  catalog.provenance = [{ stratum: 0, hostname: 'here', rep: 1, pub: 2 }]
  expect(catalog.block).toEqual({ ...first, provenance: catalog.provenance })
  const other = new Item(store, 'other', {})
  const second = catalog.block
  expect([second.time, second.hash === first.hash, Object.keys(second.items)]).toEqual([6, false, ['level', 'other']])
  clock.advance(1000)
  store.remove([other])
  expect([catalog.block.time, catalog.block.hash]).toEqual([7, first.hash])
})

test('what it said in its last run counts, if it says it still', () => {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock({ wallMs: 9000 }) }))
  const options = { store, alias: 'main', uuid: 'a', describe: () => ({}) }
  const before = { ...new Catalog(options).block, time: 4 }
  expect(new Catalog({ ...options, before }).block.time).toBe(4)
  expect(new Catalog({ ...options, before: { ...before, hash: 0 } }).block.time).toBe(9)
})
