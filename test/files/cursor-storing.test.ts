import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CursorStoring } from '../../lib/files/cursor-storing.js'
import { QueueCursor } from '../../lib/files/queue-cursor.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** The storing of a cursor at most every 100 ms, of which a test says what is over, and what may go. */
function start() {
  const directory = mkdtempSync(join(tmpdir(), 'storing-'))
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const logged: string[] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const cursor = new QueueCursor(join(directory, 'cursor'), log, false)
  cursor.load()
  cursor.begin(0)
  const state = { acknowledged: 0, asked: [] as ((mayGo: boolean) => void)[], stored: [] as [number, boolean][] }
  const storing = new CursorStoring(esc, log, cursor, 100, {
    acknowledged: () => state.acknowledged,
    mayGo: (then) => state.asked.push(then),
    stored: (position, isLast) => state.stored.push([position, isLast]),
  })
  cleanups.push(() => {
    cursor.close()
    esc.close()
    rmSync(directory, { recursive: true })
  })
  const settle = (position: number) => {
    state.acknowledged = position
    storing.later()
  }
  return { cursor, clock, esc, logged, state, storing, settle }
}

test('asks once after a while, and stores what was over when it asked, not what is over when it is told', () => {
  const { cursor, clock, state, settle } = start()
  settle(1)
  settle(2)
  clock.advance(99)
  expect(state.asked).toHaveLength(0)
  clock.advance(1)
  expect([state.asked.length, cursor.position]).toEqual([1, 0])
  settle(3)
  clock.advance(1000) // It asks no second time while it waits.
  state.asked.shift()?.(true)
  expect([state.asked.length, state.stored, cursor.position]).toEqual([0, [[2, false]], 2])
  clock.advance(100)
  state.asked.shift()?.(true)
  expect(state.stored).toEqual([
    [2, false],
    [3, false],
  ])
})

test('asks again where it can not be said now, and stores nothing meanwhile', () => {
  const { cursor, clock, state, settle } = start()
  settle(1)
  clock.advance(100)
  state.asked.shift()?.(false)
  expect([state.asked.length, cursor.position]).toEqual([0, 0])
  clock.advance(100)
  state.asked.shift()?.(true)
  expect([state.stored, cursor.position]).toEqual([[[1, false]], 1])
})

test('nothing runs while nothing more is over', () => {
  const { clock, esc, state, settle } = start()
  settle(0)
  clock.advance(100)
  expect([state.asked, esc.idle]).toEqual([[], true])
})

test('closed, it stores all that is over if it is told at once that it may go', () => {
  const { cursor, state, storing, settle, esc } = start()
  settle(5)
  state.asked.push = (...thens) => {
    for (const then of thens) then(true)
    return 0
  }
  storing.close()
  expect([state.stored, cursor.position, esc.idle]).toEqual([[[5, true]], 5, true])
})

test('closed, it stores nothing that may not go, not even if it is told so later', () => {
  const { cursor, clock, state, storing, settle, esc } = start()
  settle(5)
  clock.advance(100)
  settle(6)
  storing.close()
  expect(state.asked).toHaveLength(2)
  for (const then of state.asked) then(true)
  settle(7)
  expect([state.stored, cursor.position, esc.idle]).toEqual([[], 0, true])
})

test('a failure is told once, is tried again, and nothing counts as stored meanwhile', () => {
  const { cursor, clock, state, settle, logged } = start()
  const { store } = cursor
  cursor.store = () => {
    throw new Error('no space')
  }
  settle(1)
  for (let i = 0; i < 3; i++) {
    clock.advance(100)
    state.asked.shift()?.(true)
  }
  expect([state.stored, logged]).toEqual([
    [],
    [`error cannot store ${cursor.name}: no space; it is tried again, meanwhile nothing is removed`],
  ])
  cursor.store = store
  clock.advance(100)
  state.asked.shift()?.(true)
  expect([state.stored, logged[1]]).toEqual([[[1, false]], `info ${cursor.name} can be stored again`])
})
