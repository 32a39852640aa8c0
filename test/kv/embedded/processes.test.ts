/** Several processes with one file open: the test is one of them, real children are the others. */
import { afterEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { SystemClock } from '../../../lib/movement/loop/clock.js'
import { FROM_SOURCE, startScript } from '../../support/child.js'
import { until } from '../../support/supplied.js'
import { withNative } from '../../support/with-native.js'
import { put, stateOf, tape } from '../engine-contract.js'
import { newPath } from './kit.js'

const all = prefixRange('')

const opened: EmbeddedEngine[] = []
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close()
})

function open(file: string): EmbeddedEngine {
  const engine = new EmbeddedEngine({
    file,
    clock: new SystemClock(),
    revisionsMax: 1_000_000,
    pollMs: 10,
    busyMs: 5000,
  })
  opened.push(engine)
  return engine
}

/** A child with the file open as `engine`; `line()` resolves to what it prints next. */
function startChild(file: string, body: string) {
  const { child, ended } = startScript(
    `const { EmbeddedEngine } = await import(source + 'lib/kv/embedded/embedded-engine.ts')
     const { SystemClock } = await import(source + 'lib/movement/loop/clock.ts')
     const file = ${JSON.stringify(file)}
     const engine = new EmbeddedEngine({ file, clock: new SystemClock(), revisionsMax: 1e6, pollMs: 10, busyMs: 5000 })
     const put = (key, value, lease = 0n) => ({ op: 'put', key, value: Buffer.from(value), lease })
     ${body}`,
    FROM_SOURCE,
  )
  const lines = createInterface({ input: child.stdout })
  return { child, ended, line: async () => String((await once(lines, 'line'))[0]) }
}

const COUNT_UP = `
  for (let left = 60; left > 0;) {
    const { results: [{ kvs: [kv] }] } = await engine.range([{ key: 'n' }])
    const compare = { key: 'n', target: 'mod', is: '=', than: kv?.mod ?? 0 }
    const { ok } = await engine.commit([compare], [put('n', String(Number(Buffer.from(kv?.value ?? '0')) + 1))])
    if (ok) left--
  }
  await engine.close()`

test('what three processes count up together is exact, and who watches is told each step once, in order', async () => {
  const file = newPath()
  const engine = open(file)
  const seen: string[] = []
  let done = (): void => undefined
  const all180 = new Promise<void>((resolve) => (done = resolve))
  engine.watch({ key: 'n' }, 2, {
    changed(changes, revision) {
      for (const { kv } of changes) seen.push(`${revision}:${Buffer.from(kv.value).toString()}`)
      if (seen.length === 180) done()
    },
    gap: () => seen.push('gap'),
    failed: () => seen.push('failed'),
  })
  const children = [1, 2, 3].map(() => startChild(file, COUNT_UP))
  const ends = await Promise.all(children.map(({ ended }) => ended))
  expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual(ends.map(() => ({ code: 0, errors: '' })))
  await all180
  expect(seen).toEqual(Array.from({ length: 180 }, (_, i) => `${i + 2}:${i + 1}`))
})

test('a process that was stopped meanwhile misses nothing and hears nothing twice', async () => {
  const file = newPath()
  const engine = open(file)
  const { child, ended, line } = startChild(
    file,
    `const told = []
     engine.watch({ key: 'a', end: 'z' }, 0, {
       opened: () => console.log('open'),
       changed: (changes, revision) => {
         told.push(revision)
         if (changes[0].kv.key === 'end') {
           console.log(told.join())
           void engine.close()
         }
       },
       gap: () => console.log('gap'),
       failed: () => undefined,
     })`,
  )
  expect(await line()).toBe('open')
  await engine.commit([], [put('a', 'before')])
  child.kill('SIGSTOP')
  for (let i = 0; i < 50; i++) await engine.commit([], [put(i % 2 === 0 ? 'b' : 'Z', String(i))])
  child.kill('SIGCONT')
  await engine.commit([], [put('end', '')])
  const { lines } = await ended
  const revisions = [2, ...Array.from({ length: 25 }, (_, i) => 3 + 2 * i), 53]
  expect(lines).toEqual(['open', revisions.join()])
})

test('the lease of a process that was killed ends in another that has the store open', async () => {
  const file = newPath()
  const engine = open(file)
  const sink = tape()
  engine.watch(all, 0, sink)
  const { child, line, ended } = startChild(
    file,
    `const { id } = await engine.grant(0.2)
     await engine.commit([], [put('alive', 'yes', id)])
     console.log('granted')`,
  )
  await line()
  child.kill('SIGKILL')
  await ended
  await sink.heard('3')
  expect(sink.told).toEqual(['opened 1', '2: +alive', '3: -alive'])
})

test('a process that waits for changes stays alive, and one that does not ends by itself', async () => {
  const file = newPath()
  const idle = startChild(file, `await engine.range([{ key: 'a' }]); console.log('read')`)
  expect(await idle.ended).toMatchObject({ code: 0, lines: ['read'] })
  const waiting = startChild(
    file,
    `const watch = engine.watch({ key: 'a' }, 0, {
       opened: () => console.log('open'),
       changed: () => { console.log('heard'); watch.close() },
       gap: () => undefined,
       failed: () => undefined,
     })`,
  )
  await waiting.line()
  const engine = open(file)
  await engine.commit([], [put('a', '1')])
  expect(await waiting.ended).toMatchObject({ code: 0, lines: ['open', 'heard'] })
})

test('the file grows for all who have it open', async () => {
  const file = newPath()
  const engine = open(file)
  await engine.commit([], [put('mine', '1')])
  const { ended } = startChild(
    file,
    `for (let i = 0; i < 10; i++) await engine.commit([], [put('big' + i, 'v'.repeat(1_572_864))])
     await engine.close()`,
  )
  expect(await ended).toMatchObject({ code: 0 })
  const { results } = await engine.range([prefixRange('big')])
  expect(results[0]?.kvs.map(({ value }) => value.length)).toEqual(Array<number>(10).fill(1_572_864))
  await engine.commit([], [put('mine', '2'), ...Array.from({ length: 20 }, (_, i) => put(`k${i}`, 'v'.repeat(1e6)))])
  expect(await stateOf(engine, 2)).toBe('mine=1')
})

withNative('who was stopped in the midst of a write keeps nobody else from his work, and is named', async () => {
  const file = newPath()
  const engine = new EmbeddedEngine({ file, clock: new SystemClock(), revisionsMax: 100, pollMs: 10, busyMs: 30 })
  opened.push(engine)
  await engine.commit([], [put('a', '1')])
  const { child, ended, line } = startChild(
    file,
    `engine.file.turn.take()
     process.once('SIGUSR2', async () => {
       engine.file.turn.give()
       await engine.close()
       process.exit()
     })
     setInterval(() => {}, 1000)
     console.log('writes')`,
  )
  expect(await line()).toBe('writes')
  child.kill('SIGSTOP')
  await until(() => isStopped(child.pid as number))
  await expect(engine.commit([], [put('b', '2')])).rejects.toMatchObject({
    code: 'ERR_KV_UNAVAILABLE',
    message: expect.stringContaining(`process ${child.pid}, which is stopped, has been writing it`) as unknown,
  })
  expect(await stateOf(engine)).toBe('a=1')
  child.kill('SIGCONT')
  child.kill('SIGUSR2')
  await ended
  await engine.commit([], [put('b', '2')])
  expect(await stateOf(engine)).toContain('b=2')
})

function isStopped(pid: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
}
