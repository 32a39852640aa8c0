import type { Draft } from '../../../lib/kv/rpc/message.js'
import { TxnRequest, type RequestOpMessage } from '../../../lib/kv/rpc/messages.js'
import { answersOf, stepsOf } from '../../../lib/kv/serve/steps.js'
import { memoryStore } from '../../support/kv-memory.js'

/** A store with a key, and how operations fare there. */
async function start() {
  const { engine } = memoryStore()
  await engine.commit([], [{ op: 'put', key: 'a', value: Buffer.from('1'), lease: 0n }])
  const run = async (...ops: Draft<RequestOpMessage>[]) => {
    const { success } = TxnRequest.decode(TxnRequest.encode({ success: ops }))
    const steps = await stepsOf(engine, success)
    const { results, revision } = await engine.commit(
      [],
      steps.flatMap((step) => step.ops),
    )
    return answersOf(steps, results, revision)
  }
  return { run }
}

it('answers what was there before it was changed, where that is asked for', async () => {
  const { run } = await start()
  const value = Buffer.from('2')
  expect(await run({ put: { key: 'a', value } })).toEqual([{ put: { header: { revision: 3 }, prevKv: undefined } }])
  expect(
    await run({ put: { key: 'a', value, prevKv: true } }, { put: { key: 'b', value, prevKv: true } }),
  ).toMatchObject([{ put: { prevKv: { key: 'a', value, mod: 3 } } }, { put: { prevKv: undefined } }])
  expect(await run({ deleteRange: { key: 'a', end: 'c', prevKv: true } })).toMatchObject([
    { deleteRange: { deleted: 2, prevKvs: [{ key: 'a' }, { key: 'b' }] } },
  ])
})

it('gives each its own answer, whatever is read for it', async () => {
  const { run } = await start()
  const value = Buffer.from('2')
  const answers = await run(
    { put: { key: 'b', value, prevKv: true } },
    { range: { key: 'a', end: 'c' } },
    { range: { key: 'a', end: 'c', revision: 1 } },
    { deleteRange: { key: 'c' } },
    {},
  )
  expect(answers).toMatchObject([
    { put: { header: { revision: 3 } } },
    { range: { count: 2, kvs: [{ key: 'a' }, { key: 'b', value }] } },
    { range: { count: 0, kvs: [] } },
    { deleteRange: { deleted: 0 } },
    {},
  ])
})

it('keeps values and leases of keys, as they are then', async () => {
  const { run } = await start()
  await run({ put: { key: 'a', ignoreValue: true, ignoreLease: true } })
  expect(await run({ range: { key: 'a' } })).toMatchObject([
    { range: { kvs: [{ value: Buffer.from('1'), version: 2 }] } },
  ])
  await expect(run({ put: { key: 'none', ignoreValue: true } })).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
})

it('does nothing where the past that is to be read is gone, or has not come', async () => {
  const { run } = await start()
  await expect(run({ put: { key: 'a' } }, { range: { key: 'a', revision: 9 } })).rejects.toMatchObject({
    code: 'ERR_KV_FUTURE_REVISION',
  })
  expect(await run({ range: { key: 'a' } })).toMatchObject([{ range: { header: { revision: 2 } } }])
})
