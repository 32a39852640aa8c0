import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LineDrain } from '../../../cogs/line-drain.js'
import { LetterFile } from '../../../lib/app/replay/letter-file.js'
import { outputsOf, requireOther, requireUncut } from '../../../lib/app/replay/outputs.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { scratch } from '../scratch.js'

const output = (path: string) => ({ drain: 'LineDrain', path })

test('the outputs of a train are the files of its drains', () => {
  const { train } = testTrain()
  train.line(new TestSupply<string>(train, {}), new LineDrain(train, { path: 'a.log' }))
  expect(outputsOf(train.wind())).toEqual([output('a.log')])
})

test('a file that is an output is refused, under whatever name, with what to do', () => {
  const dir = scratch({ 'dead.jsonl': '' })
  const path = join(dir, 'dead.jsonl')
  const file = new LetterFile(path)
  requireOther(file, [output(join(dir, 'other'))], 'mine')
  expect(() => requireOther(file, [output(path)], 'mine')).toThrow(
    `${path} is written by mine itself (LineDrain): what failed again would be read again. Move it first (mv ${path} ${path}.replay)`,
  )
  renameSync(path, join(dir, 'moved'))
  requireOther(file, [output(path)], 'mine')
  expect(() => requireOther(file, [output(join(dir, 'moved'))], 'mine')).toThrow(
    expect.objectContaining({ exitCode: 64 }),
  )
})

const found = (mark: object) => ({
  name: '/state/checkpoint',
  record: { version: 1, drains: { LineDrain: { ...mark } } },
})

test('an output that a check-point will cut back is refused', () => {
  const records = [found({ path: '/out.log', bytes: 5 })]
  expect(() => requireUncut(records, [output('/./out.log')], 'mine')).toThrow(
    'the last run of mine was killed, and its check-point (/state/checkpoint) will cut /./out.log back when mine starts again',
  )
  expect(requireUncut(records, [output('/late.log')], 'mine')).toBe(false)
})

test.each([{ isClosed: true }, { isShared: true }])('one that it will not cut is none: %j', (more) => {
  expect(requireUncut([found({ path: '/out.log', bytes: 5, ...more })], [output('/out.log')], 'mine')).toBe(false)
})

test('a run that has the check-point just now is told', () => {
  expect(requireUncut([null], [output('/out.log')], 'mine')).toBe(true)
  expect(requireUncut([], [output('/out.log')], 'mine')).toBe(false)
})
