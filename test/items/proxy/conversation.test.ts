import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Item, Store } from '../../../lib/items/index.js'
import { Conversation } from '../../../lib/items/proxy/conversation.js'
import { MANNER } from '../../../lib/items/proxy/proxy.js'
import { StoreLink } from '../../support/store-link.js'

function start() {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  new Item(store, 'level', { type: 'numeric', initial: 0, range: [0, 10] })
  const link = new StoreLink(store)
  const conversation = new Conversation({ name: 'lamp', link, errors: new Map(), close: () => undefined })
  return { link, conversation }
}

test('names are sent in lower case', async () => {
  const { link, conversation } = start()
  await conversation.get(['Level'], MANNER)
  expect(link.asked.map(({ key }) => key)).toEqual(['level'])
})

test('each question has a name of its own, by which it is sent again and carried out once', async () => {
  const { link, conversation } = start()
  await conversation.get(['level'], MANNER)
  await conversation.set(['level'], 1, MANNER)
  const keys = link.asked.map(({ options }) => options.key)
  expect([new Set(keys).size, keys.every((key) => typeof key === 'string')]).toEqual([2, true])
})

test('several failed assignments are told together, and once', async () => {
  const { conversation } = start()
  for (const value of [11, 12]) conversation.assign(['level'], value, MANNER)
  await expect(conversation.get(['level'], MANNER)).rejects.toThrow('2 assignments failed')
  expect(await conversation.get(['level'], MANNER)).toBe(0)
})

test('whoever asks after the end is told so', async () => {
  const { conversation } = start()
  await conversation.close()
  await expect(conversation.get(['level'], MANNER)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})
