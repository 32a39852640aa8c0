import { afterEach, expect, test } from '@jest/globals'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpoolDrain, type SpoolDrainOptions } from '../../cogs/spool-drain.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function start(options: Partial<SpoolDrainOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'spool-'))
  const { train, esc, clock, log } = testTrain()
  const supply = new TestSupply<string>(train, {})
  const drain = new SpoolDrain(train, { directory, ...options })
  train.line(supply, drain)
  const failures: unknown[] = []
  let isStarted = false
  const running = train
    .run({ signals: false, onStarted: () => (isStarted = true) })
    .catch((error: unknown) => failures.push(error))
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => isStarted)
  cleanups.push(async () => {
    await train.stop()
    esc.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const files = () =>
    readdirSync(directory)
      .filter((name) => name !== 'tmp')
      .sort()
  const texts = () => files().map((name) => readFileSync(join(directory, name), 'utf8'))
  return { directory, train, supply, drain, clock, log, files, texts, until, failures, running }
}

test('makes a file of so many lines, which appears whole, and acknowledges them then', async () => {
  const { supply, texts, until, files, directory } = await start({ linesMax: 2, suffix: '.txt' })
  supply.push('one', 'two', 'three', 'four', 'five')
  await until(() => texts().length === 2)
  expect(texts()).toEqual(['one\ntwo\n', 'three\nfour\n'])
  expect(files()[0]).toMatch(/^001767225600000-\d{5,}-00000001\.txt$/)
  expect(readdirSync(join(directory, 'tmp'))).toEqual([])
  expect(supply.acknowledged).toBe(0)
})

test('completes a file after a time', async () => {
  const { supply, texts, until, clock } = await start({ ageMs: 5000 })
  supply.push('one')
  clock.advance(4999)
  expect(texts()).toEqual([])
  clock.advance(1)
  await until(() => supply.acknowledged === 1)
  expect(texts()).toEqual(['one\n'])
})

test('writes what is left when the train stops', async () => {
  const { supply, texts, train, running } = await start()
  supply.push('one', 'two')
  await train.stop()
  await running
  expect([texts(), supply.acknowledged]).toEqual([['one\ntwo\n'], 2])
})

test('tries again what it could not write, and stops the train after so many tries', async () => {
  const { supply, directory, clock, log, until, failures, texts } = await start({
    linesMax: 1,
    retryMs: 100,
    retriesMax: 3,
  })
  rmSync(join(directory, 'tmp'), { recursive: true })
  writeFileSync(join(directory, 'tmp'), '')
  supply.push('one')
  await until(() => log.length > 0)
  expect(log[0]?.message).toMatch(/cannot write into .*everything is kept and tried again/)
  await until(() => {
    clock.advance(100)
    return failures.length > 0
  })
  expect(failures).toMatchObject([{ name: 'SourceError', code: 'ENOTDIR' }])
  expect([texts(), supply.acknowledged]).toEqual([[], 0])
  chmodSync(directory, 0o700)
})
