import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Rotation, type RotationOptions } from '../../lib/files/rotation.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(options: Partial<RotationOptions> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'rotate-'))
  cleanups.push(() => rmSync(root, { recursive: true }))
  const clock = new ManualClock()
  const path = join(root, 'a')
  const told: string[] = []
  const at = (level: string) => (_fields: object, message: string) => void told.push(`${level} ${message}`)
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const rotation = new Rotation(new Escapement({ clock }), log, {
    path,
    rotateBytes: null,
    rotateEveryMs: null,
    keep: 2,
    retryMs: 1000,
    ...options,
  })
  rotation.opened()
  const rotate = () => rotation.rotate(() => undefined)
  const turn = (text: string) => {
    writeFileSync(path, text)
    rotate()
  }
  return { rotation, rotate, clock, told, turn, path, root, files: () => readdirSync(root).sort() }
}

test('is due by size, by age, or never', () => {
  expect(start().rotation.isDue(1e12)).toBe(false)
  const { rotation } = start({ rotateBytes: 100 })
  expect([rotation.isDue(99), rotation.isDue(100)]).toEqual([false, true])
  const old = start({ rotateEveryMs: 1000 })
  old.clock.advance(999)
  expect(old.rotation.isDue(1)).toBe(false)
  old.clock.advance(1)
  expect(old.rotation.isDue(1)).toBe(true)
  old.rotation.opened()
  expect(old.rotation.isDue(1)).toBe(false)
})

test('moves every file one on, and keeps so many', () => {
  const { turn, files, root } = start()
  for (const text of ['one', 'two', 'three']) turn(text)
  expect(files()).toEqual(['a.1', 'a.2'])
  expect([1, 2].map((i) => readFileSync(join(root, `a.${i}`), 'utf8'))).toEqual(['three', 'two'])
})

test('keeps none, if it is told to', () => {
  const { turn, files } = start({ keep: 0 })
  turn('one')
  expect(files()).toEqual([])
})

test('loses no old file by rotating again and again while the new one cannot be made', () => {
  const { turn, files, rotate, root } = start()
  turn('one')
  for (let i = 0; i < 3; i++) rotate()
  expect(files()).toEqual(['a.1'])
  writeFileSync(join(root, 'a.2'), 'zero')
  rmSync(join(root, 'a.1'))
  turn('two')
  expect(readFileSync(join(root, 'a.2'), 'utf8')).toBe('zero')
})

test('tells once that it cannot rotate, tries again later and later, and tells once that it can', () => {
  const { rotation, clock, told, path } = start({ rotateBytes: 1 })
  const fail = () => {
    throw new Error('no room')
  }
  const triesUntil = (ms: number, reopen: () => void) => {
    let tries = 0
    while (clock.now() < ms) {
      if (rotation.isDue(1)) {
        tries += 1
        rotation.rotate(reopen)
      }
      clock.advance(100)
    }
    return tries
  }
  expect(triesUntil(6000, fail)).toBe(3)
  expect(told).toEqual([`error cannot rotate ${path}: no room; it grows on, and it is tried again`])
  expect(triesUntil(10_000, () => undefined)).toBeGreaterThan(1)
  expect(told.slice(1)).toEqual([`info ${path} can be rotated again`])
})
