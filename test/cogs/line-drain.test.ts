import { afterEach, expect, test } from '@jest/globals'
import { readFileSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { LineDrain, type LineDrainOptions } from '../../cogs/line-drain.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start(options: Partial<LineDrainOptions> = {}, prepare: (path: string) => void = () => undefined) {
  const root = temporary()
  const path = join(root, 'out.log')
  prepare(path)
  const { train, esc, clock, log, dead } = testTrain()
  const supply = new TestSupply<string>(train, {})
  const drain = new LineDrain(train, { path, ...options })
  train.line(supply, drain)
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  cleanups.push(async () => {
    await train.stop()
    esc.close()
  })
  const run = async () => {
    const running = train.run({ signals: false })
    running.catch(() => undefined)
    await esc.waitIdle()
    return running
  }
  return {
    path,
    train,
    esc,
    clock,
    log,
    dead,
    supply,
    drain,
    until,
    text: (name = path) => readFileSync(name, 'utf8'),
    run,
  }
}

test('writes each datum as a line, and acknowledges it then', async () => {
  const { train, supply, esc, text } = start()
  const running = train.run({ signals: false })
  await esc.waitIdle()
  supply.push('one', 'two')
  expect(supply.acknowledged).toBe(0)
  await esc.waitIdle()
  expect([text(), supply.acknowledged]).toEqual(['one\ntwo\n', 2])
  supply.push('three')
  await train.stop()
  await running
  expect([text(), supply.acknowledged]).toEqual(['one\ntwo\nthree\n', 3])
})

test('opens its file anew when it is told to', async () => {
  const { train, supply, esc, text, path } = start()
  const running = train.run({ signals: false })
  await esc.waitIdle()
  supply.push('one')
  await esc.waitIdle()
  renameSync(path, `${path}.1`)
  train.notify('reopen')
  supply.push('two')
  await esc.waitIdle()
  expect([text(`${path}.1`), text()]).toEqual(['one\n', 'two\n'])
  await train.stop()
  await running
})

test('makes the train wait while the disk is full, and stops it with the reason after so many tries', async () => {
  const { train, supply, esc, clock, until, log } = start({ retriesMax: 2, retryMs: 100 }, (path) =>
    symlinkSync('/dev/full', path),
  )
  const failures: unknown[] = []
  const running = train.run({ signals: false }).catch((error: unknown) => failures.push(error))
  await esc.waitIdle()
  supply.push('one')
  await esc.waitIdle()
  supply.push('two')
  expect(supply.paused).toBe(true)
  await until(() => {
    clock.advance(100)
    return failures.length > 0
  })
  await running
  expect(failures).toMatchObject([{ name: 'SourceError', code: 'ENOSPC' }])
  expect(supply.acknowledged).toBe(0)
  expect(log[0]?.message).toMatch(/make room on the disk/)
})

test('diverts what is no text', async () => {
  const { train, supply, esc, dead } = start()
  const running = train.run({ signals: false })
  await esc.waitIdle()
  supply.push({ no: 'text' } as never)
  expect(dead).toMatchObject([{ error: { message: expect.stringMatching(/a line must be a string: it is object/) } }])
  await train.stop()
  await running
})

test('refuses settings that make no sense', () => {
  expect(() => start({ bufferMax: 0 })).toThrow(/bufferMax must be at least 1/)
  expect(() => start({ keep: -1 })).toThrow(/keep must be at least 0/)
})

test('fails to start if its file cannot be opened', async () => {
  const { train } = start({ path: '/nowhere/at/all/out.log' })
  await expect(train.run({ signals: false })).rejects.toThrow(/cannot open .*make its directory, or set mkdir/)
})
