import { expect, test } from '@jest/globals'
import { Condition, type ItemState } from '../../../lib/items/model/condition.js'

function start() {
  const failures: unknown[] = []
  return { failures, condition: new Condition((error) => failures.push(error)) }
}

test('each new state is told once to each who listens, whatever another does', () => {
  const { failures, condition } = start()
  const heard: ItemState[] = []
  const hear = (state: ItemState) => heard.push(state)
  condition.onChange(() => {
    throw new Error('broken')
  })
  const stops = [condition.onChange(hear), condition.onChange(hear)]
  for (const state of ['unknown', 'live', 'live', 'stale'] as const) condition.become(state)
  stops[0]?.()
  condition.become('live')
  expect(heard).toEqual(['live', 'live', 'stale', 'stale', 'live'])
  expect(failures).toHaveLength(3)
})

test('the same trouble is told once, until a look has succeeded', () => {
  const { failures, condition } = start()
  for (const message of ['unplugged', 'unplugged', 'hot']) condition.trouble(new Error(message))
  expect(condition.isStale).toBe(true)
  condition.recover()
  condition.trouble(new Error('hot'))
  expect(failures).toEqual([new Error('unplugged'), new Error('hot'), new Error('hot')])
})
