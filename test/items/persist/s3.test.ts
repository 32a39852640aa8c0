import { afterEach, expect, test } from '@jest/globals'
import { S3Persistence, type S3Options } from '../../../lib/items/persist/s3.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { startFakeS3 } from '../../support/fake-s3.js'
import { checkPersistence, PLACE, sorted } from './contract.js'

const ends: (() => Promise<void>)[] = []
afterEach(() => Promise.all(ends.splice(0).map((end) => end())))

async function start({ knowsConditions = true } = {}) {
  const clock = new ManualClock({ wallMs: Date.UTC(2026, 0, 2, 3, 4, 5) })
  const s3 = await startFakeS3({ wall: () => clock.wall(), knowsConditions })
  ends.push(s3.stop)
  const lines: string[] = []
  const open = (place = PLACE, about: Partial<S3Options> = {}): S3Persistence => {
    const persistence = new S3Persistence(place, {
      ...{ esc: new Escapement({ clock }), log: lineLogger({}, (line) => lines.push(line)) },
      ...{ url: s3.url, region: s3.region, bucket: s3.bucket, keys: s3.keys, prefix: 'deadbeat/' },
      ...{ timeoutMs: 1e9, retriesMax: 0, objectBytesMax: 1_000_000, ...about },
    })
    ends.push(() => persistence.close())
    return persistence
  }
  /** What comes of something that pauses. */
  const patiently = async <T>(work: Promise<T>): Promise<T> => {
    const state = { isOver: false }
    const over = work.catch(() => undefined).then(() => (state.isOver = true))
    while (!state.isOver) {
      await Promise.race([over, turnOfNode()])
      clock.advance(100)
    }
    return work
  }
  return { s3, open, lines, clock, patiently, takesOver: true }
}

checkPersistence('a store like S3', () => start())

test.each([
  ['a wrong secret', { keys: { accessKeyId: 'AKID', secretAccessKey: 'other' } }, /403 SignatureDoesNotMatch It was/],
  ['a key that nobody has', { keys: { accessKeyId: 'X', secretAccessKey: 'other' } }, /403 InvalidAccessKeyId/],
  ['a wrong region', { region: 'elsewhere' }, /403 AuthorizationHeaderMalformed/],
  ['a bucket that is not there', { bucket: 'other' }, /404 NoSuchBucket/],
  ['an address where nobody listens', { url: 'http://127.0.0.1:1' }, /can't be reached: .*ECONNREFUSED/],
])('%s is told as what it is', async (_, about, why) => {
  const { open } = await start()
  await expect(open(PLACE, about).load()).rejects.toMatchObject({
    code: 'ERR_PERSIST',
    message: expect.stringMatching(why),
  })
})

test('a wrong clock is told as what it is', async () => {
  const { open, clock, s3 } = await start()
  const late = open(PLACE, { esc: new Escapement({ clock: new ManualClock({ wallMs: clock.wall() + 3_600_000 }) }) })
  await expect(late.load()).rejects.toThrow(/403 RequestTimeTooSkewed/)
  expect(s3.objects.size).toBe(0)
})

test('an object is a document with a mark of whose it is, and no other object is touched', async () => {
  const { open, s3 } = await start()
  const persistence = open({ ...PLACE, alias: '../x' })
  await persistence.load()
  await persistence.save(new Map([['level', '5']]))
  const [name] = s3.objects.keys()
  expect([name, s3.objects.size]).toEqual(['deadbeat/lamp/%2E.%2Fx.values', 1])
  expect(String(s3.objects.get(name as string))).toMatch(
    /^deadbeat values 1 [0-9a-f]{8} \d+\n"" \{"uuid":"06c90ede-[^"]*","run":"[^"]*","saves":2\}\n"level" 5\n$/,
  )
})

test('a save that was carried out and not answered is no trouble for the next one', async () => {
  const { open, s3 } = await start()
  const persistence = open()
  await persistence.load()
  s3.faults.push('unanswered')
  await expect(persistence.save(new Map([['a', '1']]))).rejects.toMatchObject({ code: 'ERR_PERSIST' })
  s3.faults.push('cut')
  await expect(persistence.save(new Map([['b', '2']]))).rejects.toMatchObject({ code: 'ERR_PERSIST' })
  await persistence.save(new Map([['a', '1'], ['c', '3']])) // prettier-ignore
  expect(sorted(await persistence.load())).toEqual([['a', '1'], ['c', '3']]) // prettier-ignore
})

test('what may pass is tried again, and a save whose answer was lost is found to be done', async () => {
  const { open, s3, patiently } = await start()
  const persistence = open(PLACE, { retriesMax: 2 })
  await persistence.load()
  s3.faults.push('busy', 'cut')
  await patiently(persistence.save(new Map([['a', '1']])))
  s3.faults.push('unanswered')
  await patiently(persistence.save(new Map([['b', '2']])))
  s3.faults.push('busy', 'busy', 'busy')
  await expect(patiently(persistence.save(new Map([['d', '4']])))).rejects.toThrow(/503 SlowDown/)
  expect(sorted(await persistence.load())).toEqual([['a', '1'], ['b', '2']]) // prettier-ignore
})

test('a store that says nothing is not waited for longer than timeoutMs', async () => {
  const { open, s3, clock } = await start()
  const persistence = open(PLACE, { timeoutMs: 5000 })
  await persistence.load()
  s3.faults.push('silent')
  const saving = persistence.save(new Map([['a', '1']]))
  while (s3.asked.length < 4) await turnOfNode()
  clock.advance(5000)
  await expect(saving).rejects.toThrow(/can't be reached: no answer within timeoutMs \(5000 ms\)/)
  await persistence.save(new Map([['b', '2']]))
  expect([...(await persistence.load())]).toEqual([['b', '2']])
})

test('an object that somebody removed is written again; one that somebody changed stays', async () => {
  const { open, s3 } = await start()
  const persistence = open()
  await persistence.load()
  await persistence.save(new Map([['a', '1']]))
  s3.objects.clear()
  await persistence.save(new Map([['b', '2']]))
  expect(String([...s3.objects.values()][0])).toMatch(/"a" 1\n"b" 2\n$/)
  const [name = ''] = s3.objects.keys()
  s3.objects.set(name, Buffer.from('mine'))
  await expect(persistence.save(new Map([['b', '3']]))).rejects.toMatchObject({ code: 'ERR_IN_USE' })
  expect(String(s3.objects.get(name))).toBe('mine')
})

test('a damaged object is kept beside, and told of', async () => {
  const { open, s3, lines } = await start()
  s3.objects.set('deadbeat/lamp/main.values', Buffer.from('mine'))
  const persistence = open()
  expect([...(await persistence.load())]).toEqual([])
  const aside = [...s3.objects].find(([name]) => name.endsWith('.damaged'))
  expect(String(aside?.[1])).toBe('mine')
  expect(lines[0]).toContain(`is damaged: it is kept as bucket/${aside?.[0]}`)
})

test('an object that is too long is neither read nor written', async () => {
  const { open, s3 } = await start()
  const small = open(PLACE, { objectBytesMax: 400 })
  await small.load()
  await expect(small.save(new Map([['a', 'x'.repeat(400)]]))).rejects.toThrow(
    /must have at most objectBytesMax \(400\)/,
  )
  s3.objects.set('deadbeat/lamp/main.values', Buffer.alloc(401))
  await expect(open(PLACE, { objectBytesMax: 400 }).load()).rejects.toThrow(/it has 401/)
})

test('a store that knows no conditions is told of', async () => {
  const { open, lines } = await start({ knowsConditions: false })
  const persistence = open()
  await persistence.load()
  await persistence.save(new Map([['a', '1']]))
  expect([...(await persistence.load())]).toEqual([['a', '1']])
  expect(lines[0]).toMatch(/this store knows no If-Match, so that two daemons of one name would overwrite each other/)
})
