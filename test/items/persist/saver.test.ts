import { expect, test } from '@jest/globals'
import { PersistMemory } from '../../../lib/items/persist/memory.js'
import { Saver, type SavedItem, type SaverOptions } from '../../../lib/items/persist/saver.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { PLACE } from './contract.js'

/** An item as the saver needs it. */
class Plain implements SavedItem {
  readonly isAuthoritative = true
  readonly key: string
  readonly options: SavedItem['options']
  readonly sets: unknown[] = []
  readonly #tell: (item: SavedItem) => void
  value: unknown = null
  time: number | null = null

  constructor(key: string, options: SavedItem['options'], tell: (item: SavedItem) => void) {
    this.key = key
    this.options = options
    this.#tell = tell
  }

  validate(value: unknown): unknown {
    if (value === 'bad') throw new TypeError('no such label')
    return value
  }

  publish(value: unknown, { timestamp = 1 }: { timestamp?: number } = {}): void {
    this.value = value
    this.time = timestamp
    this.#tell(this)
  }

  set(value: unknown): Promise<unknown> {
    this.sets.push(value)
    if (value === 'broken') return Promise.reject(new Error('the motor does not answer'))
    this.publish(value)
    return Promise.resolve(value)
  }
}

function start(memory = new PersistMemory(), options: Partial<SaverOptions> = {}) {
  const clock = new ManualClock()
  const lines: string[] = []
  const items = new Map<string, Plain>()
  let listener: (item: SavedItem) => void = () => undefined
  const add = (key: string, about: SavedItem['options'] = { persist: true }): Plain => {
    const item = new Plain(key, about, (told) => listener(told))
    items.set(key, item)
    return item
  }
  const onPublication = (hear: (item: SavedItem) => void): (() => void) => {
    listener = hear
    return () => (listener = () => undefined)
  }
  const saver = new Saver({
    store: { name: 'lamp', items: { [Symbol.iterator]: () => items.values() }, onPublication },
    ...{ persistence: memory.of(PLACE), esc: new Escapement({ clock }) },
    ...{ log: lineLogger({}, (line) => lines.push(line)), ...options },
  })
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
  }
  return { memory, saver, add, lines, pass }
}

async function kept(memory: PersistMemory): Promise<Record<string, unknown>> {
  const found = await memory.of(PLACE).load()
  return Object.fromEntries([...found].map(([key, text]) => [key, JSON.parse(text)]))
}

test('the next run has value and time of what is persistent, and of nothing else', async () => {
  const { memory, saver, add } = start()
  const [level, other] = [add('Level'), add('other', {})]
  await saver.load()
  level.publish(7, { timestamp: 100.5 })
  other.publish(8)
  await saver.close()
  const next = start(memory)
  const [again, none] = [next.add('level'), next.add('other', {})]
  await next.saver.load()
  expect([again.value, again.time, again.sets, none.value]).toEqual([7, 100.5, [], null])
  expect(next.saver.state.unsaved).toBe(0)
  await next.saver.close()
  expect(await kept(memory)).toEqual({ level: { value: 7, time: 100.5 } })
})
