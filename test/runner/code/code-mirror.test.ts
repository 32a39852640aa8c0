import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { ManualClock, silentLogger } from '../../../lib/movement/index.js'
import { CodeMirror } from '../../../lib/runner/code/code-mirror.js'
import { RunnerError } from '../../../lib/runner/errors.js'
import { Keys } from '../../../lib/runner/keys.js'
import { ErrorRecords } from '../../../lib/runner/records/error-records.js'

const keys = new Keys()

async function start(below: string[] = [], before?: (errors: ErrorRecords) => Promise<unknown>) {
  const kv = new MemoryBackend()
  const clock = new ManualClock()
  const errors = new ErrorRecords(kv, keys, 'n1', { clock })
  await before?.(errors)
  const made: string[] = []
  let failures = 0
  const mirror = new CodeMirror<string>({
    ...{ kv, keys, kind: 'code' as const, below, errors, clock, log: silentLogger, retryMs: 1000 },
    make: async (path) => {
      made.push(path.join('.'))
      if (failures-- > 0) throw new Error('the store gave no answer')
      const [text] = await kv.get(keys.code(path))
      if (text === null) throw new RunnerError('ERR_NO_CODE', 'gone')
      return { value: text, hash: text }
    },
  })
  return { kv, clock, errors, made, mirror, fail: (times: number) => (failures = times) }
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
