import { expect, test } from '@jest/globals'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { keyOf } from '../../../lib/kv/path.js'
import { becomeForeign, faultyLink, PATH, startStore } from './rig.js'

/** A record of many files. */
const long = (count: number, changed = -1, offset = 7): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) => ({ path: `/in/${i * 7919}`, offset: i === changed ? offset : i })),
  )

function start() {
  const store = startStore()
  const pieces = async (): Promise<number> => {
    const { results } = await store.engine.range([{ ...prefixRange(keyOf(`${PATH}/pieces/`)), countOnly: true }])
    return results[0]?.count ?? 0
  }
  return { ...store, pieces }
}

test('a record comes back as it was stored, whoever asks next, and can be read by people', async () => {
  const { run, get } = start()
  const { record } = run()
  expect(await record.read()).toBe(null)
  await record.store('{"a":1}')
  await record.store('{"a":2,"é":"\\u0000"}')
  expect(await get(PATH)).toMatch(/^deadbeat checkpoint 1 [0-9a-f]{8} \d+\n\{"a":2,"é":"\\u0000"\}\n$/)
  await record.release()
  const next = run().record
  expect(await next.read()).toBe('{"a":2,"é":"\\u0000"}')
  expect(await next.read()).toBe('{"a":2,"é":"\\u0000"}')
  await next.clear()
  expect([await get(PATH), await next.read()]).toEqual([null, null])
  await next.store('1')
  expect(await next.read()).toBe('1')
})

test('a long one lies in pieces, of which only what is new is written', async () => {
  const { run, engine, pieces } = start()
  const { record } = run()
  await record.read()
  const sizes: number[] = []
  const commit = engine.commit.bind(engine)
  engine.commit = (compares, ops, otherwise) => {
    sizes.push(ops.length)
    return commit(compares, ops, otherwise)
  }
  await record.store(long(20_000))
  expect([sizes.length > 1, await pieces()]).toEqual([true, sizes.slice(0, -1).reduce((sum, size) => sum + size, 0)])
  sizes.length = 0
  await record.store(long(20_000, 9000, 123_456_789))
  expect([sizes.length, (sizes[0] as number) <= 4]).toEqual([1, true])
  await record.release()
  const next = run().record
  expect(await next.read()).toBe(long(20_000, 9000, 123_456_789))
  sizes.length = 0
  await next.store(long(20_000, 9000, 1))
  expect(sizes).toHaveLength(1)
  await next.store('{"short":true}')
  expect(await pieces()).toBe(0)
  await next.store(long(3000))
  await next.clear()
  expect(await pieces()).toBe(0)
})

test('where nearly all is new, what was there stays whole until the new one is', async () => {
  const { run, engine, pieces } = start()
  const { link, faults } = faultyLink(engine)
  const { record } = run(link)
  await record.read()
  await record.store(long(20_000))
  const other = long(20_000).replaceAll('/in/', '/other/')
  const commits = countCommits(engine, () => (faults.isDown = true), 2)
  await expect(record.store(other)).rejects.toThrow('the link is down')
  faults.isDown = false
  expect(commits.count).toBe(2)
  await record.release()
  const next = run().record
  expect(await next.read()).toBe(long(20_000))
  const littered = await pieces()
  await next.store(other)
  expect(await pieces()).toBeLessThan(littered)
  expect(await next.read()).toBe(other)
})

function countCommits(engine: ReturnType<typeof start>['engine'], then: () => void, max: number) {
  const seen = { count: 0 }
  const commit = engine.commit.bind(engine)
  engine.commit = async (...args) => {
    const answer = await commit(...args)
    if (++seen.count === max) then()
    return answer
  }
  return seen
}

test.each([
  ['short', 10],
  ['long', 3000],
])('a %s record whose fate was not told is followed by the next, which counts', async (_, count) => {
  const { run, engine } = start()
  const { link, faults } = faultyLink(engine)
  const { record } = run(link)
  await record.read()
  await record.store(long(count))
  faults.forgets = 1
  await expect(record.store(long(count, 1))).rejects.toThrow('before the answer came')
  await record.store(long(count, 2))
  expect(await record.read()).toBe(long(count, 2))
})

test('a commit that comes late changes nothing any more', async () => {
  const { run, engine } = start()
  const { record } = run()
  await record.read()
  await record.store('1')
  const commit = engine.commit.bind(engine)
  let late: () => Promise<unknown> = () => Promise.resolve()
  engine.commit = (...args) => {
    engine.commit = commit
    late = () => commit(...args)
    return Promise.reject(new Error('no answer'))
  }
  await expect(record.store('2')).rejects.toThrow('no answer')
  await record.store('3')
  await late()
  expect(await record.read()).toBe('3')
})

test('a run whose record was taken stores nothing any more, and says by whom', async () => {
  const store = start()
  const { link, faults } = faultyLink(store.engine)
  const { record } = store.run(link)
  await record.read()
  await record.store('{"of":"first"}')
  await becomeForeign(store)
  faults.isDown = true
  const second = store.run().record
  const reading = second.read()
  await store.pass(14_000)
  expect(await reading).toBe('{"of":"first"}')
  faults.isDown = false
  await store.pass(20_000)
  for (const json of ['{"of":"first again"}', long(3000)]) {
    await expect(record.store(json)).rejects.toMatchObject({
      code: 'ERR_IN_USE',
      message: expect.stringContaining(`process ${process.pid}`) as unknown,
    })
  }
  await expect(record.clear()).rejects.toMatchObject({ code: 'ERR_IN_USE' })
  await record.release()
  expect(await second.read()).toBe('{"of":"first"}')
  await second.store('{"of":"second"}')
  expect(await second.read()).toBe('{"of":"second"}')
})

test('one that is damaged, foreign, newer or incomplete is never passed over, and stays free for whoever mends it', async () => {
  const { run, get, put, engine } = start()
  const first = run().record
  await first.read()
  await first.store('{"abc":1}')
  const whole = (await get(PATH)) ?? ''
  await first.store(long(3000))
  const inPieces = (await get(PATH)) ?? ''
  await first.release()
  const read = async (text: string): Promise<unknown> => {
    await put(PATH, text)
    return await run().record.read()
  }
  const damaged = (how: string) => ({ code: 'ERR_CHECKPOINT', message: expect.stringContaining(how) as unknown })
  await expect(read('')).rejects.toMatchObject(
    damaged(`the check-point memory:${PATH} is damaged: it does not begin with`),
  )
  await expect(read(whole.slice(0, -4))).rejects.toMatchObject(
    damaged('3 bytes are missing at its end; put back a copy'),
  )
  await expect(read(whole.replace('abc', 'abd'))).rejects.toMatchObject(damaged('its checksum does not fit'))
  await expect(read(whole.replace(' 1 ', ' 9 '))).rejects.toMatchObject(damaged('has format 9, and this version knows'))
  await expect(read(whole.replace(' 1 ', ' 2 '))).rejects.toMatchObject(damaged('it is none, but says where one is'))
  const [key] = (await engine.range([prefixRange(keyOf(`${PATH}/pieces/`))])).results[0]?.kvs ?? []
  await engine.commit([], [{ op: 'delete', key: key?.key ?? '' }])
  await expect(read(inPieces)).rejects.toMatchObject(damaged('1 of its'))
  expect(await read(whole)).toBe('{"abc":1}')
})

test('what is written by somebody else meanwhile is written over, as it would be in a file', async () => {
  const { run, put } = start()
  const { record } = run()
  await record.read()
  await record.store('1')
  await put(PATH, 'edited')
  await record.store('2')
  expect(await record.read()).toBe('2')
})
