import { expect, test } from '@jest/globals'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Rotation } from '../../lib/files/rotation.js'
import { Succession } from '../../lib/files/succession.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { recorder } from '../support/marks.js'
import { temporary } from '../support/temporary.js'

function start() {
  const path = join(temporary(), 'out.log')
  writeFileSync(path, 'old')
  const { log, logged } = recorder()
  const clock = new ManualClock()
  const loop = new Escapement({ clock })
  const options = {
    path,
    mode: 0o640,
    mkdir: false,
    sync: 'none' as const,
    rotateBytes: 1,
    rotateEveryMs: null,
    keep: 2,
    retryMs: 1000,
  }
  const asked: ((isStored: boolean) => void)[] = []
  let turns = 0
  const succession = new Succession(loop, options, new Rotation(loop, log, options), log, {
    checkpoint: (then) => void asked.push(then),
    mayTakeOver: () => (turns += 1),
  })
  return { path, clock, loop, logged, succession, asked, fd: openSync(path, 'a'), turns: () => turns }
}

test('one that is due takes over when it is named and what was marked before is safe', () => {
  const { succession, asked, fd, turns } = start()
  succession.prepare(fd, false)
  expect(succession.isPending).toBe(false)
  succession.prepare(fd, true)
  succession.prepare(fd, true) // It waits already.
  expect([succession.isPending, asked.length, succession.nextEnd?.bytes]).toEqual([true, 1, 0])
  succession.marked(10)
  expect([succession.barrier, succession.takeOver(10)]).toEqual([10, null])
  asked[0]?.(true)
  expect([turns(), succession.takeOver(9)]).toEqual([1, null])
  expect(succession.takeOver(10)).not.toBe(null)
  expect([succession.isPending, succession.barrier]).toEqual([false, Infinity])
})

test('none takes over while no record can be made that names it: it is asked for again, later each time', async () => {
  const { succession, asked, clock, loop, fd, turns, logged } = start()
  succession.prepare(fd, true)
  succession.marked(10)
  for (let asks = 1; asks < 10; asks++) {
    asked[asks - 1]?.(false)
    expect([succession.barrier, succession.takeOver(10), turns()]).toEqual([Infinity, null, asks])
    clock.advance(1000 * asks - 1)
    await loop.waitIdle()
    expect(asked).toHaveLength(asks)
    clock.advance(1)
    await loop.waitIdle()
    expect(asked).toHaveLength(asks + 1)
  }
  expect(logged).toEqual([])
  asked[9]?.(false)
  expect(logged).toEqual([
    expect.stringMatching(/^warn: another file takes the place of .* none could be made 10 times/),
  ])
  expect(succession.takeOver(10)).not.toBe(null)
})

test('a record that another output keeps from being made is told of, once, and waited for', async () => {
  const { succession, asked, clock, loop, fd, logged, turns } = start()
  succession.prepare(fd, true)
  clock.advance(9999)
  await loop.waitIdle()
  expect(logged).toEqual([])
  clock.advance(1)
  await loop.waitIdle()
  const told = [expect.stringMatching(/^warn: the file before .* is written on until a check-point is made/)]
  expect(logged).toEqual(told)
  clock.advance(100_000)
  await loop.waitIdle()
  expect([logged, succession.takeOver(0)]).toEqual([told, null])
  asked[0]?.(true)
  expect([turns(), succession.takeOver(0)]).toEqual([1, expect.anything()])
})

test('one that is made in time is not told of, nor one that nobody waits for any more', async () => {
  const { succession, asked, clock, loop, fd, logged } = start()
  succession.prepare(fd, true)
  asked[0]?.(true)
  expect(succession.takeOver(0)).not.toBe(null)
  succession.prepare(fd, true)
  succession.close()
  clock.advance(100_000)
  await loop.waitIdle()
  expect(logged).toEqual([])
})

test('once it is closed, no record is asked for again, and what is told of one changes nothing', async () => {
  const { succession, asked, clock, loop, fd, turns } = start()
  succession.prepare(fd, true)
  asked[0]?.(false)
  succession.close()
  clock.advance(60_000)
  await loop.waitIdle()
  asked[0]?.(true)
  expect([asked.length, turns()]).toEqual([1, 1])
})

test('nothing is held back any more where the record was not stored, and none comes once it is closed', () => {
  const { succession, fd } = start()
  succession.prepare(fd, true)
  succession.marked(10)
  succession.holdNothing()
  expect(succession.barrier).toBe(Infinity)
  succession.close()
  succession.prepare(fd, true)
  expect(succession.isPending).toBe(false)
})

test('a name that leads to the same file changes nothing', () => {
  const { succession, asked, fd } = start()
  succession.isReopening = true
  expect(succession.atOnce(fd)).toBe(null)
  succession.isReopening = true
  succession.prepare(fd, false)
  expect([succession.isPending, asked.length]).toEqual([false, 0])
})
