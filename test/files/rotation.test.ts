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
  const rotation = new Rotation(new Escapement({ clock }), {
    path,
    rotateBytes: null,
    rotateEveryMs: null,
    keep: 2,
    ...options,
  })
  rotation.opened()
  const turn = (text: string) => {
    writeFileSync(path, text)
    rotation.rotate()
  }
  return { rotation, clock, turn, root, files: () => readdirSync(root).sort() }
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
  const { turn, files, rotation, root } = start()
  turn('one')
  for (let i = 0; i < 3; i++) rotation.rotate()
  expect(files()).toEqual(['a.1'])
  writeFileSync(join(root, 'a.2'), 'zero')
  rmSync(join(root, 'a.1'))
  turn('two')
  expect(readFileSync(join(root, 'a.2'), 'utf8')).toBe('zero')
})
