import { expect, test } from '@jest/globals'
import { PersistMemory } from '../../../lib/items/persist/memory.js'
import { checkPersistence, PLACE } from './contract.js'

checkPersistence('memory', () => {
  const memory = new PersistMemory()
  return { open: (place) => memory.of(place) }
})

test('one memory knows nothing of another', async () => {
  const here = new PersistMemory().of(PLACE)
  await here.load()
  await here.save(new Map([['level', '1']]))
  await here.close()
  const elsewhere = new PersistMemory().of(PLACE)
  expect([...(await elsewhere.load())]).toEqual([])
  await elsewhere.close()
})
