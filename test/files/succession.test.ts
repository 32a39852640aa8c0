import { expect, test } from '@jest/globals'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Rotation } from '../../lib/files/rotation.js'
import { Succession } from '../../lib/files/succession.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { temporary } from '../support/temporary.js'

function start() {
  const path = join(temporary(), 'out.log')
  writeFileSync(path, 'old')
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
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
  const asked: (() => void)[] = []
  let turns = 0
  const succession = new Succession(options, new Rotation(new Escapement(), silent, options), silent, {
    checkpoint: (then) => void asked.push(then),
    mayTakeOver: () => (turns += 1),
  })
  return { succession, asked, fd: openSync(path, 'a'), turns: () => turns }
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
  asked[0]?.()
  expect([turns(), succession.takeOver(9)]).toEqual([1, null])
  expect(succession.takeOver(10)).not.toBe(null)
  expect([succession.isPending, succession.barrier]).toEqual([false, Infinity])
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
