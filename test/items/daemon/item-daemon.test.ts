import { expect, test } from '@jest/globals'
import { Item, ItemDaemon, type ItemOptions, type Store } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'

/** An item with a class of its own, which is given something besides. */
class Lamp extends Item<number> {
  readonly wattsMax: number
  constructor(store: Store, key: string, options: ItemOptions<number> & { readonly wattsMax?: number }) {
    super(store, key, options)
    this.wattsMax = options.wattsMax ?? 0
  }
}

class LampDaemon extends ItemDaemon<{ readonly watts: number }> {
  lamp: Lamp | null = null

  override setup(): void {
    this.lamp = this.addItem(Lamp, 'LEVEL', { units: 'lux', wattsMax: this.arguments.watts })
  }
}

test('a name of its own, else that of its class; an alias, else main', () => {
  const daemon = new LampDaemon(undefined, undefined, { watts: 3 })
  expect([daemon.name, daemon.alias, daemon.arguments]).toEqual(['lampdaemon', 'main', { watts: 3 }])
  const other = new LampDaemon('Desk', 'Left', { watts: 3 })
  expect([other.name, other.alias]).toEqual(['desk', 'left'])
  expect(() => new LampDaemon('a.b')).toThrow('the name of a store must be')
  expect(() => new LampDaemon('a', { level: { type: 'x' } })).toThrow('level.type must be one of')
})

test('an item has what its file says of it, and what is said where it is made, which counts', async () => {
  const items = { level: { type: 'numeric', units: 'mm', description: 'How bright.', colour: 'red' }, other: {} }
  const daemon = new LampDaemon('lamp', items, { watts: 60 })
  const port = { port: 0, pubPort: 0 }
  await daemon.start({ esc: new Escapement(), log: silentLogger, home: temporary(), ...port })
  expect(daemon.lamp?.options).toMatchObject({ type: 'numeric', units: 'lux', doc: 'How bright.' })
  expect(daemon.lamp?.wattsMax).toBe(60)
  expect(daemon.store.item('level')).toBe(daemon.lamp)
  expect(daemon.store.item('other')).toBeInstanceOf(Item)
  // What only the file knows is told to whoever may know it.
  expect(daemon.store.item('_maincat').value).toMatchObject({ items: { level: { colour: 'red', units: 'lux' } } })
  await daemon.stop()
})

test('before it is started it has no store, and says so', async () => {
  const daemon = new LampDaemon('lamp', 'main', { watts: 3 })
  expect(() => daemon.store).toThrow('lamp.main has no store yet: it is made by start()')
  expect(daemon.ports).toBeNull()
  await daemon.stop()
})
