import { PersistMemory } from '../../../lib/items/persist/memory.js'
import { checkPersistence } from './contract.js'

checkPersistence('memory', () => {
  const memory = new PersistMemory()
  return { open: (place) => memory.of(place) }
})
