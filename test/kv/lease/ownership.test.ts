import { expect, test } from '@jest/globals'
import { becomeForeign, faultyLink, PATH, startStore } from '../../app/checkpoints/rig.js'

test('one run has it; a second is refused at once while the first is known to live', async () => {
  const { run, get } = startStore()
  const [first, second] = [run(), run()]
  await first.ownership.take()
  expect(JSON.parse((await get(`${PATH}/owner`)) ?? '')).toMatchObject({ pid: process.pid })
  await expect(second.ownership.take()).rejects.toMatchObject({
    code: 'ERR_IN_USE',
    message: expect.stringContaining(
      `memory:${PATH} is in use by another run of the same train: process ${process.pid} on`,
    ),
  })
  expect(second.leases.size).toBe(0)
  await first.ownership.release()
  expect([await get(`${PATH}/owner`), await get(`${PATH}/alive`), first.leases.size]).toEqual([null, null, 0])
  await second.ownership.take()
})

test('what a run that was killed here has left is taken at once, whatever is left of its lease', async () => {
  const { run, get, put, pass } = startStore()
  await run().ownership.take()
  const owner = JSON.parse((await get(`${PATH}/owner`)) ?? '') as { startTicks: string }
  await put(`${PATH}/owner`, JSON.stringify({ ...owner, startTicks: '1' }))
  const second = run()
  await second.ownership.take()
  await pass(60_000)
  expect(await get(`${PATH}/alive`)).not.toBe(null) // The lease of the first is over, and took nothing of the second's.
})

test('a run elsewhere is waited for as long as its lease lives, and told of; then it is taken', async () => {
  const store = startStore()
  const { link, faults } = faultyLink(store.engine)
  await store.run(link).ownership.take()
  await becomeForeign(store)
  faults.isDown = true
  await store.pass(2000)
  let isTaken = false
  const taking = store
    .run()
    .ownership.take()
    .then(() => (isTaken = true))
  await store.pass(7500)
  expect(isTaken).toBe(false)
  expect(store.log).toContainEqual(expect.stringMatching(/is owned by process \d+ on elsewhere: waiting up to \d+ ms/))
  await store.pass(1500)
  await taking
})

test('a run elsewhere that keeps its lease has it', async () => {
  const store = startStore()
  await store.run().ownership.take()
  await becomeForeign(store)
  const taking = store.run().ownership.take()
  taking.catch(() => undefined)
  await store.pass(14_000)
  await expect(taking).rejects.toMatchObject({
    code: 'ERR_IN_USE',
    message: expect.stringContaining('on elsewhere has it'),
  })
})

test('what somebody else has written there is no owner that is known', async () => {
  const store = startStore()
  await store.put(`${PATH}/owner`, 'me!')
  await store.run().ownership.take()
})

test('a lease that was lost is followed by another, if nobody has come', async () => {
  const store = startStore()
  const { link, faults } = faultyLink(store.engine)
  const { ownership } = store.run(link)
  await ownership.take()
  const { fence } = ownership
  faults.isDown = true
  await store.pass(30_000)
  expect(await store.get(`${PATH}/alive`)).toBe(null)
  faults.isDown = false
  await store.pass(10_000)
  expect(await store.get(`${PATH}/alive`)).not.toBe(null)
  expect(ownership.fence).toEqual(fence)
  expect(store.log).toContainEqual(expect.stringContaining('has a lease again: nobody has taken it meanwhile'))
  await ownership.release()
  expect(await store.get(`${PATH}/alive`)).toBe(null)
})

test('of two that come at once one has it', async () => {
  const store = startStore()
  const runs = [store.run(), store.run(), store.run()]
  const told = await Promise.allSettled(runs.map(({ ownership }) => ownership.take()))
  expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
})

test('letting go waits for no store that is away', async () => {
  const store = startStore()
  const { link, faults } = faultyLink(store.engine)
  const { ownership } = store.run(link)
  await ownership.take()
  faults.isDown = true
  await ownership.release()
  expect(store.log.at(-1)).toMatch(/could not let go of memory:.*: the link is down/)
  await store.run().ownership.take()
})
