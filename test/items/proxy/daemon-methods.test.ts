import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Item, Store, type CallContext } from '../../../lib/items/index.js'
import { addDaemonMethods } from '../../../lib/items/proxy/daemon-methods.js'

const context: CallContext = { signal: new AbortController().signal, principal: { kind: 'anonymous' } }

function start() {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  const stopped: string[] = []
  return { store, stopped, add: () => addDaemonMethods(store, () => stopped.push('daemon')) }
}

test('a daemon is stopped by either name', () => {
  const { store, stopped, add } = start()
  add()
  store.method('stop').call([], {}, context)
  store.method('_stop').call([], {}, context)
  expect(stopped).toEqual(['daemon', 'daemon'])
})

test('a stop of the class itself stays, whatever its case, and so does an item', () => {
  const { store, stopped, add } = start()
  store.methods.set('Stop', { doc: '', call: () => stopped.push('motor') })
  add()
  store.method('stop').call([], {}, context)
  expect(stopped).toEqual(['motor'])
  const other = start()
  new Item(other.store, 'stop', { type: 'boolean' })
  other.add()
  expect([...other.store.methods.keys()]).toEqual(['_stop'])
})
