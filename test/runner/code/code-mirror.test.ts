import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { ManualClock } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { CodeMirror } from '../../../lib/runner/code/code-mirror.js'
import { RunnerError } from '../../../lib/runner/errors.js'
import { Keys } from '../../../lib/runner/keys.js'
import { ErrorRecords } from '../../../lib/runner/records/error-records.js'
import { turn } from '../../support/supplied.js'

const keys = new Keys()

async function start(below: string[] = [], before?: (errors: ErrorRecords) => Promise<unknown>) {
  const kv = new MemoryBackend()
  const clock = new ManualClock()
  const errors = new ErrorRecords(kv, keys, 'n1', { clock })
  await before?.(errors)
  const made: string[] = []
  const warned: string[] = []
  let failures = 0
  let waits: Promise<void> | null = null
  const mirror = new CodeMirror<string>({
    ...{ kv, keys, kind: 'code' as const, below, errors, clock, retryMs: 1000 },
    log: lineLogger({}, (line) => warned.push(line)),
    make: async (path) => {
      made.push(path.join('.'))
      if (waits !== null) await waits
      if (failures-- > 0) throw new Error('the store gave no answer')
      const [text] = await kv.get(keys.code(path))
      if (text === null) throw new RunnerError('ERR_NO_CODE', 'gone')
      if (text.startsWith('bad')) throw new RunnerError('ERR_CODE_COMPILE', `${text} is no code`)
      return { value: text, hash: text }
    },
  })
  /** Let nothing be made until what is answered is called. */
  const hold = (): (() => void) => {
    let go: () => void = () => undefined
    waits = new Promise((resolve) => (go = resolve))
    return () => {
      waits = null
      go()
    }
  }
  return { kv, clock, errors, made, mirror, warned, hold, fail: (times: number) => (failures = times) }
}

test('where the store gives no answer it is asked again later, and what is used stays', async () => {
  const { kv, clock, mirror, made, fail } = await start()
  await kv.put(keys.code(['a']), '1')
  await mirror.ready
  fail(1)
  await kv.put(keys.code(['a']), '2')
  await mirror.refresh(['b'])
  expect(made.slice(1)).toContain('a')
  expect(mirror.get(['a']).value).toBe('1')
  const changed = new Promise((resolve) => mirror.onChange(resolve))
  clock.advance(1000)
  expect(await changed).toBe('a')
  expect(mirror.get(['a']).value).toBe('2')
})

test('records of what is gone are resolved at the start, others are left alone', async () => {
  const { errors, mirror } = await start(['app'], async (records) => {
    for (const path of [
      ['proc', 'app', 'gone'],
      ['proc', 'other'],
      ['module', 'app', 'gone'],
    ]) {
      await records.record('compile', path, {})
    }
  })
  await mirror.ready
  expect((await errors.list({ resolved: false })).map(({ path }) => path)).toEqual(['module.app.gone', 'proc.other'])
})

test('once it is closed nothing is made any more', async () => {
  const { kv, mirror, made } = await start()
  await mirror.ready
  await mirror[Symbol.asyncDispose]()
  await kv.put(keys.code(['a']), '1')
  expect(made).toEqual([])
})

test('what there is not, is gone or is wrong is told apart, and what was good before does not stand for what is wrong', async () => {
  const { kv, mirror } = await start()
  for (const [path, text] of [
    ['a', '1'],
    ['b', 'bad'],
    ['c', '3'],
  ] as const) {
    await kv.put(keys.code([path]), text)
  }
  await mirror.ready
  expect(mirror.get(['c']).value).toBe('3')
  await kv.put(keys.code(['a']), 'bad now')
  await kv.delete(keys.code(['c']))
  await Promise.all(['a', 'c'].map((path) => mirror.refresh([path])))
  const told = (path: string): unknown => {
    try {
      return mirror.get([path])
    } catch (error) {
      const { message, code, cause } = error as RunnerError
      return [message, code, (cause as RunnerError | undefined)?.code]
    }
  }
  expect(['a', 'b', 'c', 'd'].map(told)).toEqual([
    ['code a is empty: bad now is no code', 'ERR_NO_CODE', 'ERR_CODE_COMPILE'],
    ['code b is empty: bad is no code', 'ERR_NO_CODE', 'ERR_CODE_COMPILE'],
    ['code c is empty: nothing is stored there', 'ERR_NO_CODE', undefined],
    ['code d is empty: nothing is stored there', 'ERR_NO_CODE', undefined],
  ])
  await kv.put(keys.code(['a']), '2')
  await mirror.refresh(['a'])
  expect(mirror.get(['a']).value).toBe('2')
})

test('all that is stored is listed by path, with why it can not be used', async () => {
  const { kv, mirror } = await start()
  for (const path of ['c', 'a', 'b', 'gone']) await kv.put(keys.code([path]), path === 'b' ? 'bad' : path)
  await mirror.ready
  await kv.put(keys.code(['c']), 'bad too')
  await kv.delete(keys.code(['gone']))
  await Promise.all(['c', 'gone'].map((path) => mirror.refresh([path])))
  expect(mirror.list().map(({ path, hash, error }) => [path, hash, error?.message])).toEqual([
    ['a', 'a', undefined],
    ['b', null, 'bad is no code'],
    ['c', null, 'bad too is no code'],
  ])
})

test('another version supersedes the one that is used, the same does not, and who stopped listening hears of neither', async () => {
  const { kv, mirror } = await start()
  await kv.put(keys.code(['a']), '1')
  await mirror.ready
  const heard: string[] = []
  const stop = mirror.onChange((path) => heard.push(path))
  const { superseded } = mirror.get(['a'])
  await kv.put(keys.code(['a']), '1')
  await mirror.refresh(['a'])
  expect(superseded.aborted).toBe(false)
  await kv.put(keys.code(['a']), '2')
  await mirror.refresh(['a'])
  expect([superseded.aborted, mirror.get(['a']).superseded.aborted]).toEqual([true, false])
  expect(new Set(heard)).toEqual(new Set(['a']))
  stop()
  const before = heard.length
  await kv.put(keys.code(['a']), '3')
  await mirror.refresh(['a'])
  expect(heard).toHaveLength(before)
})

test('what is being made when it is closed is made, and nothing after it', async () => {
  const { kv, mirror, made, hold } = await start()
  await mirror.ready
  const go = hold()
  const first = mirror.refresh(['first'])
  await turn()
  for (const path of ['x', 'y']) void mirror.refresh([path])
  await turn()
  const closed = mirror[Symbol.asyncDispose]()
  go()
  await Promise.all([first, closed])
  expect(made).toEqual(['first'])
  await kv.close()
})

test('what fails since it was closed is not told, and not tried again', async () => {
  const { mirror, made, clock, hold, fail, warned } = await start()
  await mirror.ready
  fail(2)
  await mirror.refresh(['a'])
  expect(warned.join()).toContain("code a can't be looked at: tried again in 1000 ms")
  const go = hold()
  const second = mirror.refresh(['b'])
  await turn()
  const closed = mirror[Symbol.asyncDispose]()
  go()
  await Promise.all([second, closed])
  clock.advance(10_000)
  await turn()
  expect([made, warned.length]).toEqual([['a', 'b'], 1])
})
