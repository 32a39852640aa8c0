import { expect, test } from '@jest/globals'
import { Job, Parcel } from '../../lib/workers/job.js'
import { Slot } from '../../lib/workers/slot.js'

test('a text lies in a slot until it is taken out or let go of; the last one frees the slot', () => {
  const slot = Slot.make()
  const jobs = [new Job(null, 'a\nb', 2), new Job(null, 'c', 1)] as const
  for (const job of jobs) job.layInto(slot)
  expect(jobs.map(({ form }) => form)).toEqual([
    { offset: 0, length: 3 },
    { offset: 3, length: 1 },
  ])
  expect(jobs[0].takeOut()).toBeNull()
  expect([jobs[0].data, jobs[0].form]).toEqual(['a\nb', 'a\nb'])
  expect(jobs[1].letGo()).toBe(slot)
  expect([jobs[1].data, slot.users]).toEqual([[], 0])
})

test('what is no text lies in no slot', () => {
  const slot = Slot.make()
  const job = new Job(null, [1, 2], 2)
  job.layInto(slot)
  expect([job.form, slot.users, job.letGo()]).toEqual([[1, 2], 0, null])
})

test('halves know where in the whole they begin', () => {
  const job = new Job('owner', 'a\nb\nc', 3, 10)
  job.isSuspect = true
  expect(job.halves()).toMatchObject([
    { owner: 'owner', data: 'a', count: 1, from: 10, isSuspect: true },
    { owner: 'owner', data: 'b\nc', count: 2, from: 11, isSuspect: true },
  ])
})

test('a parcel adds its jobs up', () => {
  const parcel = new Parcel()
  parcel.add(new Job(null, 'abc', 1))
  parcel.add(new Job(null, [{}], 1))
  expect(parcel).toMatchObject({ size: 259, open: 2, isSuspect: false })
})

test('the bytes of a text lie in a slot, or are a text by themselves where they have no room', () => {
  const slot = Slot.make()
  const [small, large] = [new Job(null, Buffer.from('a\nb'), 2), new Job(null, Buffer.alloc(600_000, 'x'), 1)]
  for (const job of [small, large]) {
    expect(job.isText).toBe(true)
    job.layInto(slot)
  }
  expect([small.form, small.data, small.isText]).toEqual([{ offset: 0, length: 3 }, 'a\nb', true])
  expect([typeof large.form, slot.users]).toEqual(['string', 1])
  expect(new Job(null, [1], 1).isText).toBe(false)
})
