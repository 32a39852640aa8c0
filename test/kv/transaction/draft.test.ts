import { expect, test } from '@jest/globals'
import { Committer } from '../../../lib/kv/commit/committer.js'
import { Draft } from '../../../lib/kv/transaction/draft.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

async function start() {
  const { engine, write } = memoryStore()
  await write({ '/a': '1' })
  const support = {
    engine,
    committer: new Committer(engine, { clock: new ManualClock(), tokens: false }),
    writeRule: 'strict',
    oddKey: () => undefined,
  } as const
  return { engine, draft: new Draft(support, engine, undefined) }
}

test('a call that needs to know a key acts at once where it is known', async () => {
  const { draft } = await start()
  const told: unknown[] = []
  const first = draft.once('/a', (isThere) => told.push(isThere))
  expect([draft.isBusy, told]).toEqual([true, []])
  await first
  expect(draft.once('/a', (isThere) => told.push(isThere))).toBeUndefined()
  draft.writes.delete('/a', '1/a')
  expect(draft.once('/a', (isThere) => told.push(isThere))).toBeUndefined()
  expect([told, draft.isBusy]).toEqual([[true, true, false], false])
})

test('it is settled when all calls are, even those that other calls begin', async () => {
  const { draft } = await start()
  let isOver = false
  void draft.underWay(
    draft
      .text('/a')
      .then(() => draft.text('/b'))
      .then(() => void (isOver = true)),
  )
  void draft.list('/', [0], true)
  void draft.list('/', [0], false)
  await draft.settle()
  expect([isOver, draft.isBusy]).toEqual([true, false])
})

test('without writes, and where its state is gone, it asks nobody', async () => {
  const { engine, draft } = await start()
  await draft.text('/a')
  await engine.close()
  expect(await draft.commit()).toEqual({ ok: true, revision: null })
  draft.reads.isSpoilt = true
  expect(await draft.commit()).toEqual({ ok: false, revision: null })
})
