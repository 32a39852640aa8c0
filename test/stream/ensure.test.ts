import { expect, test } from '@jest/globals'
import { MAKING_DEFAULTS } from '../../lib/stream/config.js'
import { apiCode, ensureConsumer, ensureStream } from '../../lib/stream/ensure.js'
import type { Link } from '../../lib/stream/session.js'

const refused = (code: number) => Promise.reject(Object.assign(new Error(`refused ${code}`), { code }))
const CREATED = '2026-01-01T00:00:00Z'

/** A manager whose answers the test gives, one after the other. */
function link(...answers: (() => Promise<unknown>)[]) {
  const asked: unknown[][] = []
  const names: string[] = []
  const ask = (...args: unknown[]) => {
    asked.push(args)
    return (answers.shift() ?? (() => refused(0)))()
  }
  const manager = {
    streams: { info: ask, add: ask },
    consumers: { info: ask, add: ask, delete: ask, list: () => names.map((name) => ({ name })) },
  }
  return { asked, names, link: { manager } as unknown as Link }
}

const wish = { stream: 'S', name: 'c', subject: 's.*', ackWaitMs: 500, term: null }
const consumer = (config: object) => () =>
  Promise.resolve({
    created: CREATED,
    config: { ack_policy: 'explicit', ack_wait: 7e6, filter_subject: 's.*', ...config },
  })

test('a stream that another node makes in the same moment is as good', async () => {
  const { link: here, asked } = link(
    () => refused(10059),
    () => refused(10058),
    () => Promise.resolve({ created: CREATED, config: { num_replicas: 3 } }),
  )
  const making = { ...MAKING_DEFAULTS, create: true, duplicateWindowMs: 1000 }
  expect(await ensureStream(here, 'S', ['s'], making, 'a:1')).toEqual({ createdMs: Date.parse(CREATED), replicas: 3 })
  expect(asked[1]?.[0]).toMatchObject({ name: 'S', subjects: ['s'], duplicate_window: 1e9, retention: 'limits' })
})

test('what the server refuses for now is not taken for a missing stream', async () => {
  await expect(ensureStream(link(() => refused(503)).link, 'S', [], MAKING_DEFAULTS, 'a:1')).rejects.toThrow(
    'refused 503',
  )
})

test('so is a consumer, and one that is there stays as it is', async () => {
  const made = link(() => refused(10014), consumer({ ack_wait: 500e6 }))
  expect(await ensureConsumer(made.link, wish)).toEqual({ name: 'c', created: CREATED, ackWaitMs: 500 })
  expect(made.asked[1]?.[1]).toMatchObject({ durable_name: 'c', filter_subject: 's.*', ack_wait: 500e6 })
  const raced = link(
    () => refused(10014),
    () => refused(10148),
    consumer({}),
  )
  expect(await ensureConsumer(raced.link, wish)).toEqual({ name: 'c', created: CREATED, ackWaitMs: 7 })
  await expect(
    ensureConsumer(
      link(
        () => refused(10014),
        () => refused(10023),
      ).link,
      wish,
    ),
  ).rejects.toThrow('10023')
})

test('one that is to begin anew is made again, whether it was there or not', async () => {
  for (const gone of [() => Promise.resolve(true), () => refused(10014)]) {
    const anew = link(gone, () => refused(10014), consumer({}))
    anew.names.push('c-5', 'other', 'c')
    expect(await ensureConsumer(anew.link, { ...wish, term: 7 })).toMatchObject({ name: 'c-7' })
    expect(anew.asked.slice(0, 2)).toEqual([
      ['S', 'c-5'],
      ['S', 'c-7'],
    ])
    expect(anew.asked[2]).toMatchObject(['S', { durable_name: 'c-7' }])
  }
  const broken = link(() => refused(503))
  broken.names.push('c-5')
  await expect(ensureConsumer(broken.link, { ...wish, term: 7 })).rejects.toThrow('503')
})

test('a consumer of another kind says what is wrong with it', async () => {
  const found = (config: object) => ensureConsumer(link(consumer(config)).link, wish)
  await expect(found({ deliver_subject: 'x' })).rejects.toThrow(/must be one that is pulled from, and pushes to: x/)
  await expect(found({ ack_policy: 'all' })).rejects.toThrow(
    /must have each message acknowledged, and its policy is: all/,
  )
  await expect(found({ filter_subject: 'other' })).rejects.toThrow(
    /must read s\.\*, and reads: other; choose another name/,
  )
  expect(await ensureConsumer(link(consumer({})).link, { ...wish, subject: null })).toBeDefined()
})

test('an error that is none of the server has no number', () => {
  expect([apiCode(new Error('no')), apiCode(null), apiCode({ code: 'EIO' })]).toEqual([0, 0, 0])
})
