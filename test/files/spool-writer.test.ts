import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpoolWriter, type SpoolOptions } from '../../lib/files/spool-writer.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { silentLogger } from '../../lib/movement/logger.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

async function start(options: Partial<SpoolOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'spool-'))
  const clock = new ManualClock({ wallMs: Date.UTC(2026, 0, 1) })
  const esc = new Escapement({ clock })
  const all = {
    directory,
    suffix: '',
    mode: 0o600,
    linesMax: 100,
    bytesMax: 1000,
    ageMs: 1000,
    sync: false,
    filesMax: 3,
    retryMs: 100,
    retriesMax: 1,
  }
  const ignore = () => undefined
  const spool = new SpoolWriter(esc, silentLogger, { ...all, ...options }, { flushed: ignore, failed: ignore })
  await spool.open()
  cleanups.push(() => {
    esc.close()
    rmSync(directory, { recursive: true })
  })
  const texts = () =>
    readdirSync(directory)
      .filter((name) => name !== 'tmp')
      .sort()
      .map((name) => readFileSync(join(directory, name), 'utf8'))
  return { spool, clock, texts, directory }
}

test('completes a file by lines, by characters, and at a seal', async () => {
  const { spool, texts } = await start({ linesMax: 2, bytesMax: 10 })
  const sealed: number[] = []
  for (const line of ['1\n', '2\n', '0123456789\n', '3\n']) spool.append(line)
  spool.seal((length) => sealed.push(length))
  spool.append('4\n')
  expect(sealed).toEqual([])
  await spool.close()
  expect([texts(), sealed]).toEqual([['1\n2\n', '0123456789\n', '3\n', '4\n'], [4]])
  spool.seal((length) => sealed.push(length))
  expect([sealed, spool.position(), spool.flushed]).toEqual([[4, 5], 5, 5])
})

test('is full while too many files wait to be written', async () => {
  const { spool } = await start({ linesMax: 1 })
  for (let i = 0; i < 3; i++) spool.append('x\n')
  expect(spool.full()).toBe(true)
  await spool.close()
  expect(spool.full()).toBe(false)
})

test('syncs each file before it appears, if it is told to', async () => {
  const { spool, texts } = await start({ sync: true })
  spool.append('one\n')
  await spool.close()
  expect(texts()).toEqual(['one\n'])
})

test('removes what killed runs have left in tmp, and nothing else', async () => {
  const { directory, spool } = await start()
  const old = '001700000000000-00042-00000001.log'
  const tmp = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(tmp.map(({ name }) => name)).toEqual(['tmp'])
  for (const name of [old, old.replace('42', '43'), 'mine']) {
    writeFileSync(join(directory, 'tmp', name), '')
    if (!name.includes('43')) utimesSync(join(directory, 'tmp', name), 0, 0)
  }
  await spool.open()
  expect(readdirSync(join(directory, 'tmp')).sort()).toEqual([old.replace('42', '43'), 'mine'])
})
